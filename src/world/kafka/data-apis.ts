import { api } from './api.ts';

/** Messages are handed to topics. */
export const produce = api({
  key: 0,
  name: 'Produce',
  versions: [3, 7],
  request: {
    transactionalId: 'string?',
    acks: 'int16',
    timeoutMs: 'int32',
    topics: [{ name: 'string', partitions: [{ index: 'int32', records: 'bytes?' }] }],
  },
  response: {
    topics: [
      {
        name: 'string',
        partitions: [
          {
            index: 'int32',
            errorCode: 'int16',
            baseOffset: 'int64',
            logAppendTimeMs: 'int64',
            logStartOffset: 'int64 5+',
          },
        ],
      },
    ],
    throttleTimeMs: 'int32',
  },
});

/** Messages are taken from topics, or waited for. */
export const fetch = api({
  key: 1,
  name: 'Fetch',
  versions: [4, 11],
  request: {
    replicaId: 'int32',
    maxWaitMs: 'int32',
    minBytes: 'int32',
    maxBytes: 'int32',
    isolationLevel: 'int8',
    sessionId: 'int32 7+',
    sessionEpoch: 'int32 7+',
    topics: [
      {
        name: 'string',
        partitions: [
          {
            index: 'int32',
            currentLeaderEpoch: 'int32 9+',
            fetchOffset: 'int64',
            logStartOffset: 'int64 5+',
            maxBytes: 'int32',
          },
        ],
      },
    ],
    forgottenTopics: [{ name: 'string', partitions: ['int32'] }, 7],
    rackId: 'string 11+',
  },
  response: {
    throttleTimeMs: 'int32',
    errorCode: 'int16 7+',
    sessionId: 'int32 7+',
    topics: [
      {
        name: 'string',
        partitions: [
          {
            index: 'int32',
            errorCode: 'int16',
            highWatermark: 'int64',
            lastStableOffset: 'int64',
            logStartOffset: 'int64 5+',
            abortedTransactions: ['?', { producerId: 'int64', firstOffset: 'int64' }],
            preferredReadReplica: 'int32 11+',
            records: 'bytes?',
          },
        ],
      },
    ],
  },
});

/** Where partitions begin, end, or stood at a time. */
export const listOffsets = api({
  key: 2,
  name: 'ListOffsets',
  versions: [1, 3],
  request: {
    replicaId: 'int32',
    isolationLevel: 'int8 2+',
    topics: [{ name: 'string', partitions: [{ index: 'int32', timestamp: 'int64' }] }],
  },
  response: {
    throttleTimeMs: 'int32 2+',
    topics: [
      { name: 'string', partitions: [{ index: 'int32', errorCode: 'int16', timestamp: 'int64', offset: 'int64' }] },
    ],
  },
});

/** Which brokers and topics there are. */
export const metadata = api({
  key: 3,
  name: 'Metadata',
  versions: [1, 7],
  request: { topics: ['?', { name: 'string' }], allowAutoTopicCreation: 'boolean 4+' },
  response: {
    throttleTimeMs: 'int32 3+',
    brokers: [{ nodeId: 'int32', host: 'string', port: 'int32', rack: 'string?' }],
    clusterId: 'string? 2+',
    controllerId: 'int32',
    topics: [
      {
        errorCode: 'int16',
        name: 'string',
        isInternal: 'boolean',
        partitions: [
          {
            errorCode: 'int16',
            index: 'int32',
            leaderId: 'int32',
            leaderEpoch: 'int32 7+',
            replicas: ['int32'],
            inSyncReplicas: ['int32'],
            offlineReplicas: ['int32', 5],
          },
        ],
      },
    ],
  },
});
