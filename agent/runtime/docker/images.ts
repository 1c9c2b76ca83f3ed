import type Docker from 'dockerode';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { ImageFacts, RegistryCredential } from '../runtime.ts';
import { createLimit, ignoring, quickMs, slowMs, timed } from './calls.ts';
import { followProgress } from './follow-progress.ts';
import { pauseImage, pauseImageName } from './pause-image.ts';

const pullMs = 900_000;
/** Containers that start together ask for the same image. */
const trustedMs = 1000;

/** Images of one engine. */
export interface Images {
  list(): Promise<readonly ImageFacts[]>;
  /** Undefined when it is not present. As it was at most a second ago. */
  find(name: string): Promise<ImageFacts | undefined>;
  /** One at a time. Fails with the engine's words. */
  pull(name: string, credential: RegistryCredential | undefined, signal: AbortSignal): Promise<void>;
  /** The id of the image that sandboxes run; loads it where it is missing. */
  pauseId(): Promise<string>;
}

/** Images as the engine has them. */
export function createImages(docker: Docker, logger: Logger): Images {
  const pulls = createLimit(1);
  const asked = new Map<string, { readonly atMs: number; readonly answer: Promise<ImageFacts | undefined> }>();
  let pause: Promise<string> | undefined;

  const inspect = async (name: string): Promise<ImageFacts | undefined> => {
    const info = await ignoring([404], timed('image inspect', quickMs, () => docker.getImage(name).inspect()));
    return info && { id: info.Id, names: info.RepoTags ?? [], sizeBytes: info.Size, user: info.Config?.User ?? '' };
  };

  const find = (name: string): Promise<ImageFacts | undefined> => {
    const now = performance.now();
    for (const [each, { atMs }] of asked) if (now - atMs > trustedMs) asked.delete(each);
    const held = asked.get(name);
    if (held) return held.answer;
    const answer = inspect(name);
    asked.set(name, { atMs: now, answer });
    // Only what is there is worth remembering.
    void answer.then((image) => image ?? asked.delete(name), () => asked.delete(name));
    return answer;
  };

  const loadPause = async (): Promise<string> => {
    const { Architecture } = (await timed('info', quickMs, () => docker.info())) as { Architecture: string };
    const image = await pauseImage(/^(aarch64|arm64)/.test(Architecture) ? 'arm64' : 'amd64');
    if (!(await inspect(image.id))) {
      await timed('load', slowMs, async () => followProgress((await docker.loadImage(image.tar as unknown as Readable)) as Readable));
      logger.info({ image: pauseImageName, id: image.id }, 'loaded the pause image');
    }
    return image.id;
  };

  return {
    find,
    async list() {
      const all = await timed('images', quickMs, () => docker.listImages());
      return all.map((info) => ({ id: info.Id, names: (info.RepoTags ?? []).filter((name) => name !== '<none>:<none>'), sizeBytes: info.Size, user: '' }));
    },
    pull: (name, credential, signal) => pulls(async () => {
      asked.delete(name);
      const authconfig = credential && { username: credential.username, password: credential.password, serveraddress: credential.serverAddress };
      await timed('pull', pullMs, async (abortSignal) => {
        const stream = (await docker.pull(name, { abortSignal, ...(authconfig ? { authconfig } : {}) })) as Readable;
        await followProgress(stream).finally(() => stream.destroy());
      }, signal);
    }),
    pauseId: () => (pause ??= loadPause().catch((error: unknown) => {
      pause = undefined;
      throw error;
    })),
  };
}
