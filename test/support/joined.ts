import { Duplex } from 'node:stream';
import type { Connection, Model } from '../../src/world/model.ts';

/** A socket, as real clients expect one, that is joined to a model inside this process. */
export class Joined extends Duplex {
  readonly #connection: Connection;

  constructor(model: Model, service: string) {
    super();
    this.#connection = model.connected({
      service,
      host: 'store',
      port: 1,
      send: (bytes) => this.#arrive(Buffer.from(bytes)),
      end: () => this.#arrive(null),
    });
    this.on('close', () => this.#connection.ended());
  }

  /** Never within the write that it answers: no real socket does that, and clients are not made for it. */
  #arrive(bytes: Buffer | null): void {
    queueMicrotask(() => {
      if (!this.destroyed) this.push(bytes);
    });
  }

  connect(): this {
    queueMicrotask(() => this.emit('connect'));
    return this;
  }

  override _read(): void {
    // What arrives is pushed when it arrives.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#connection.receive(chunk);
    done();
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
