import { api } from './api.ts';

/** Which broker looks after a group or a transaction. */
export const findCoordinator = api({
  key: 10,
  name: 'FindCoordinator',
  versions: [0, 2],
  request: { key: 'string', keyType: 'int8 1+' },
  response: {
    throttleTimeMs: 'int32 1+',
    errorCode: 'int16',
    errorMessage: 'string? 1+',
    nodeId: 'int32',
    host: 'string',
    port: 'int32',
  },
});

/** A consumer wants to be a member of a group. */
export const joinGroup = api({
  key: 11,
  name: 'JoinGroup',
  versions: [1, 5],
  request: {
    groupId: 'string',
    sessionTimeoutMs: 'int32',
    rebalanceTimeoutMs: 'int32',
    memberId: 'string',
    groupInstanceId: 'string? 5+',
    protocolType: 'string',
    protocols: [{ name: 'string', metadata: 'bytes' }],
  },
  response: {
    throttleTimeMs: 'int32 2+',
    errorCode: 'int16',
    generationId: 'int32',
    protocolName: 'string',
    leader: 'string',
    memberId: 'string',
    members: [{ memberId: 'string', groupInstanceId: 'string? 5+', metadata: 'bytes' }],
  },
});

/** A member says that it is there. */
export const heartbeat = api({
  key: 12,
  name: 'Heartbeat',
  versions: [0, 3],
  request: { groupId: 'string', generationId: 'int32', memberId: 'string', groupInstanceId: 'string? 3+' },
  response: { throttleTimeMs: 'int32 1+', errorCode: 'int16' },
});

/** Members go. */
export const leaveGroup = api({
  key: 13,
  name: 'LeaveGroup',
  versions: [0, 3],
  request: {
    groupId: 'string',
    memberId: 'string 0-2',
    members: [{ memberId: 'string', groupInstanceId: 'string?' }, 3],
  },
  response: {
    throttleTimeMs: 'int32 1+',
    errorCode: 'int16',
    members: [{ memberId: 'string', groupInstanceId: 'string?', errorCode: 'int16' }, 3],
  },
});

/** A member asks for its share; the leader brings everybody's. */
export const syncGroup = api({
  key: 14,
  name: 'SyncGroup',
  versions: [0, 3],
  request: {
    groupId: 'string',
    generationId: 'int32',
    memberId: 'string',
    groupInstanceId: 'string? 3+',
    assignments: [{ memberId: 'string', assignment: 'bytes' }],
  },
  response: { throttleTimeMs: 'int32 1+', errorCode: 'int16', assignment: 'bytes' },
});

/** Who is in groups. */
export const describeGroups = api({
  key: 15,
  name: 'DescribeGroups',
  versions: [0, 2],
  request: { groups: ['string'] },
  response: {
    throttleTimeMs: 'int32 1+',
    groups: [
      {
        errorCode: 'int16',
        groupId: 'string',
        groupState: 'string',
        protocolType: 'string',
        protocolData: 'string',
        members: [
          {
            memberId: 'string',
            clientId: 'string',
            clientHost: 'string',
            metadata: 'bytes',
            assignment: 'bytes',
          },
        ],
      },
    ],
  },
});

/** Which groups there are. */
export const listGroups = api({
  key: 16,
  name: 'ListGroups',
  versions: [0, 2],
  request: {},
  response: {
    throttleTimeMs: 'int32 1+',
    errorCode: 'int16',
    groups: [{ groupId: 'string', protocolType: 'string' }],
  },
});

/** Groups without members are forgotten. */
export const deleteGroups = api({
  key: 42,
  name: 'DeleteGroups',
  versions: [0, 1],
  request: { groups: ['string'] },
  response: { throttleTimeMs: 'int32', results: [{ groupId: 'string', errorCode: 'int16' }] },
});

/** How far a group has come is written down. */
export const offsetCommit = api({
  key: 8,
  name: 'OffsetCommit',
  versions: [2, 5],
  request: {
    groupId: 'string',
    generationId: 'int32',
    memberId: 'string',
    retentionTimeMs: 'int64 2-4',
    topics: [{ name: 'string', partitions: [{ index: 'int32', offset: 'int64', metadata: 'string?' }] }],
  },
  response: {
    throttleTimeMs: 'int32 3+',
    topics: [{ name: 'string', partitions: [{ index: 'int32', errorCode: 'int16' }] }],
  },
});

/** How far a group has come. */
export const offsetFetch = api({
  key: 9,
  name: 'OffsetFetch',
  versions: [1, 4],
  request: { groupId: 'string', topics: ['?', { name: 'string', partitions: ['int32'] }] },
  response: {
    throttleTimeMs: 'int32 3+',
    topics: [
      {
        name: 'string',
        partitions: [{ index: 'int32', offset: 'int64', metadata: 'string?', errorCode: 'int16' }],
      },
    ],
    errorCode: 'int16 2+',
  },
});
