/** A step that could not be done, with the reason that the Pod's status shows. */
export class StepError extends Error {
  override readonly name = 'StepError';
  constructor(
    readonly reason: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
