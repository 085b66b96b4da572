import { api } from './api.ts';

/** How a client will say who it is. */
export const saslHandshake = api({
  key: 17,
  name: 'SaslHandshake',
  versions: [1, 1],
  request: { mechanism: 'string' },
  response: { errorCode: 'int16', mechanisms: ['string'] },
});

/** Which requests a broker understands. */
export const apiVersions = api({
  key: 18,
  name: 'ApiVersions',
  versions: [0, 2],
  request: {},
  response: {
    errorCode: 'int16',
    apiKeys: [{ apiKey: 'int16', minVersion: 'int16', maxVersion: 'int16' }],
    throttleTimeMs: 'int32 1+',
  },
});

/** Topics are made. */
export const createTopics = api({
  key: 19,
  name: 'CreateTopics',
  versions: [0, 3],
  request: {
    topics: [
      {
        name: 'string',
        numPartitions: 'int32',
        replicationFactor: 'int16',
        assignments: [{ index: 'int32', brokerIds: ['int32'] }],
        configs: [{ name: 'string', value: 'string?' }],
      },
    ],
    timeoutMs: 'int32',
    validateOnly: 'boolean 1+',
  },
  response: {
    throttleTimeMs: 'int32 2+',
    topics: [{ name: 'string', errorCode: 'int16', errorMessage: 'string? 1+' }],
  },
});

/** Topics are forgotten. */
export const deleteTopics = api({
  key: 20,
  name: 'DeleteTopics',
  versions: [0, 1],
  request: { topics: ['string'], timeoutMs: 'int32' },
  response: { throttleTimeMs: 'int32 1+', topics: [{ name: 'string', errorCode: 'int16' }] },
});

/** Everything before an offset is forgotten. */
export const deleteRecords = api({
  key: 21,
  name: 'DeleteRecords',
  versions: [0, 1],
  request: {
    topics: [{ name: 'string', partitions: [{ index: 'int32', offset: 'int64' }] }],
    timeoutMs: 'int32',
  },
  response: {
    throttleTimeMs: 'int32',
    topics: [{ name: 'string', partitions: [{ index: 'int32', lowWatermark: 'int64', errorCode: 'int16' }] }],
  },
});

/** A client says who it is. */
export const saslAuthenticate = api({
  key: 36,
  name: 'SaslAuthenticate',
  versions: [0, 1],
  request: { authBytes: 'bytes' },
  response: { errorCode: 'int16', errorMessage: 'string?', authBytes: 'bytes', sessionLifetimeMs: 'int64 1+' },
});

/** Topics get more partitions. */
export const createPartitions = api({
  key: 37,
  name: 'CreatePartitions',
  versions: [0, 1],
  request: {
    topics: [{ name: 'string', count: 'int32', assignments: ['?', { brokerIds: ['int32'] }] }],
    timeoutMs: 'int32',
    validateOnly: 'boolean',
  },
  response: {
    throttleTimeMs: 'int32',
    results: [{ name: 'string', errorCode: 'int16', errorMessage: 'string?' }],
  },
});

/**
 * What a broker understands and this one does not: a client is told that it may ask, so that what it asked for is
 * known by name.
 */
export const notModelled: { key: number; name: string; versions: readonly [number, number] }[] = [
  { key: 29, name: 'DescribeAcls', versions: [0, 1] },
  { key: 30, name: 'CreateAcls', versions: [0, 1] },
  { key: 31, name: 'DeleteAcls', versions: [0, 1] },
  { key: 32, name: 'DescribeConfigs', versions: [0, 2] },
  { key: 33, name: 'AlterConfigs', versions: [0, 1] },
  { key: 45, name: 'AlterPartitionReassignments', versions: [0, 0] },
  { key: 46, name: 'ListPartitionReassignments', versions: [0, 0] },
];
