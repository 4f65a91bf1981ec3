// A thread that runs commands one after the other, as a process does.
import { type MessagePort, workerData } from 'node:worker_threads';
import { failedOutcome, type Outcome, replaceStreams, runWithStreams } from './standard-streams.js';

export interface ThreadData {
  port: MessagePort;
  /** Word 0 is 1 when a command has ended. */
  ended: Int32Array;
}

export interface ThreadCommand {
  words: string[];
  input: Uint8Array;
}

const { port, ended } = workerData as ThreadData;
replaceStreams();

function end(outcome: Outcome): void {
  port.postMessage(outcome);
  Atomics.store(ended, 0, 1);
  Atomics.notify(ended, 0);
}

const fail = (error: unknown) => end(failedOutcome(error));

// End as Node ends a process.
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

port.on('message', ({ words, input }: ThreadCommand) => {
  runWithStreams(words, input).then(end);
});
