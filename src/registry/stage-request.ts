import { ApiError } from '../model/errors.ts';
import type { StoredObject } from '../model/object.ts';
import type { RequestedChange } from './registry.ts';
import { stageApply } from './verbs/stage-apply.ts';
import { stageBind } from './verbs/stage-bind.ts';
import { stageCreate } from './verbs/stage-create.ts';
import { stageDelete } from './verbs/stage-delete.ts';
import { stageEvict } from './verbs/stage-evict.ts';
import { stagePatch } from './verbs/stage-patch.ts';
import { stageStatus } from './verbs/stage-status.ts';
import { stageUpdate } from './verbs/stage-update.ts';
import type { StagedChange, VerbContext } from './verbs/verb-context.ts';

/** The INVALID error of one change of a request. */
export interface Refusal {
  /** Position of the change. */
  readonly change: number;
  readonly error: ApiError;
}

/** A staged change with its verb and its own effect, before admission. */
export interface StagedStep extends StagedChange {
  readonly verb: RequestedChange['verb'];
  readonly next: StoredObject | undefined;
}

/** The staged changes, and the refused ones. */
export interface StagedRequest {
  readonly steps: readonly StagedStep[];
  readonly refusals: readonly Refusal[];
}

/**
 * Stages the changes one after the other; each sees those before it. Goes on after an invalid one, so that all of them are told; throws any other error at
 * once, unless something is invalid already (`isInvalid`): it may only follow from that.
 */
export function stageRequest(wanted: readonly RequestedChange[], context: Omit<VerbContext, 'change'>, isInvalid = false): StagedRequest {
  const steps: StagedStep[] = [], refusals: Refusal[] = [];
  const { staging, nowMs, actor, random } = context;
  wanted.forEach((one, change) => {
    try {
      const { key, previous } = stageChange(one, { staging, nowMs, actor, random, change });
      steps.push({ key, previous, verb: one.verb, next: staging.at(key) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'INVALID') refusals.push({ change, error });
      else if (refusals.length === 0 && !isInvalid) throw error;
    }
  });
  return { steps, refusals };
}

function stageChange(wanted: RequestedChange, context: VerbContext): StagedChange {
  switch (wanted.verb) {
    case 'create': return stageCreate(wanted.kind, wanted.input, context);
    case 'update': return stageUpdate(wanted.kind, wanted.input, context);
    case 'patch': return stagePatch(wanted.kind, wanted.target, wanted.patch, context);
    case 'apply': return stageApply(wanted.kind, wanted.target, wanted.input, wanted, context);
    case 'updateStatus': return stageStatus(wanted.kind, wanted.target, () => wanted.status, context);
    case 'transformStatus': return stageStatus(wanted.kind, wanted.target, wanted.transform as (object: StoredObject) => unknown, context);
    case 'bind': return stageBind(wanted.target, wanted.nodeName, context);
    case 'delete': return stageDelete(wanted.kind, wanted.target, wanted.options, context);
    case 'evict': return stageEvict(wanted.target, wanted.options, context);
  }
}
