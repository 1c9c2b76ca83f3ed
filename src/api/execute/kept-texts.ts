/** How much text is kept in all, in characters. At the limit all of it is forgotten, and kept anew as it is asked for. */
export class TextBudget {
  #spent = 0;
  #generation = 0;

  constructor(readonly most: number) {}

  /** What was kept in an earlier generation must be dropped. */
  get generation(): number {
    return this.#generation;
  }

  /** Pays for a text to keep. What the garbage collector took meanwhile stays paid until the next generation. */
  spend(length: number): void {
    this.#spent += length;
    if (this.#spent <= this.most) return;
    this.#spent = 0;
    this.#generation += 1;
  }
}

/** Texts of objects that never change, for as long as the objects are there and the budget allows. */
export class KeptTexts {
  #texts = new WeakMap<object, string>();
  #generation: number;

  constructor(readonly budget: TextBudget) {
    this.#generation = budget.generation;
  }

  /** The text of an object, made where it is not kept. What could not be made is not kept. */
  get(object: object, make: () => string | undefined): string | undefined {
    if (this.#generation !== this.budget.generation) {
      this.#texts = new WeakMap();
      this.#generation = this.budget.generation;
    }
    const known = this.#texts.get(object);
    if (known !== undefined) return known;
    const made = make();
    if (made === undefined) return undefined;
    this.#texts.set(object, made);
    this.budget.spend(made.length);
    return made;
  }
}
