import { api } from './api.ts';

/** A producer is given a number, so that what it sends twice is kept once. */
export const initProducerId = api({
  key: 22,
  name: 'InitProducerId',
  versions: [0, 1],
  request: { transactionalId: 'string?', transactionTimeoutMs: 'int32' },
  response: { throttleTimeMs: 'int32', errorCode: 'int16', producerId: 'int64', producerEpoch: 'int16' },
});

/** A transaction will write to partitions. */
export const addPartitionsToTxn = api({
  key: 24,
  name: 'AddPartitionsToTxn',
  versions: [0, 1],
  request: {
    transactionalId: 'string',
    producerId: 'int64',
    producerEpoch: 'int16',
    topics: [{ name: 'string', partitions: ['int32'] }],
  },
  response: {
    throttleTimeMs: 'int32',
    topics: [{ name: 'string', partitions: [{ index: 'int32', errorCode: 'int16' }] }],
  },
});

/** A transaction will write down how far a group has come. */
export const addOffsetsToTxn = api({
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: [0, 1],
  request: { transactionalId: 'string', producerId: 'int64', producerEpoch: 'int16', groupId: 'string' },
  response: { throttleTimeMs: 'int32', errorCode: 'int16' },
});

/** A transaction is over, well or not. */
export const endTxn = api({
  key: 26,
  name: 'EndTxn',
  versions: [0, 1],
  request: { transactionalId: 'string', producerId: 'int64', producerEpoch: 'int16', committed: 'boolean' },
  response: { throttleTimeMs: 'int32', errorCode: 'int16' },
});

/** How far a group has come, if the transaction ends well. */
export const txnOffsetCommit = api({
  key: 28,
  name: 'TxnOffsetCommit',
  versions: [0, 1],
  request: {
    transactionalId: 'string',
    groupId: 'string',
    producerId: 'int64',
    producerEpoch: 'int16',
    topics: [{ name: 'string', partitions: [{ index: 'int32', offset: 'int64', metadata: 'string?' }] }],
  },
  response: {
    throttleTimeMs: 'int32',
    topics: [{ name: 'string', partitions: [{ index: 'int32', errorCode: 'int16' }] }],
  },
});
