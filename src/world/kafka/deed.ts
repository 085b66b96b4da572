import type { Answer, Api, Question } from './api.ts';
import type { From } from './member.ts';
import { read, type Shape, write } from './schema.ts';
import { createWriter, type Reader } from './wire.ts';

/** Who asks, and by what name it reached the broker. */
export interface Asker extends From {
  service: string;
  connection: number;
  host: string;
  port: number;
}

/** What is done for one kind of request. */
export interface Deed {
  api: Api;
  /** Carries out a request; what is answered comes at once or later, `null` where nothing is. Throws on bad bytes. */
  carryOut(reader: Reader, asker: Asker, answer: (bytes: Buffer | null) => void): void;
}

/** A deed from the description of its request; `reply` with nothing where the client wants no answer. */
export function deed<Q extends Shape, R extends Shape>(
  api: Api<Q, R>,
  work: (asked: Question<Api<Q, R>>, asker: Asker, reply: (answer: Answer<Api<Q, R>> | null) => void) => void,
): Deed {
  return {
    api,
    carryOut(reader, asker, answer) {
      const asked = read(api.request, reader, asker.version);
      work(asked, asker, (said) => {
        if (said === null) return answer(null);
        const writer = createWriter();
        write(api.response, writer, asker.version, said);
        return answer(writer.written());
      });
    },
  };
}
