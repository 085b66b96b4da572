import type { Broker } from './broker.ts';
import { type Deed, deed } from './deed.ts';
import { faults } from './fault-codes.ts';
import type { Group } from './group.ts';
import {
  deleteGroups,
  describeGroups,
  findCoordinator,
  heartbeat,
  joinGroup,
  leaveGroup,
  listGroups,
  syncGroup,
} from './group-apis.ts';
import { metadataOf } from './member.ts';

const nodeId = 1;
const nothing = Buffer.alloc(0);

/** What consumers say to be members of groups, and what is asked about groups. */
export function groupDeeds(broker: Broker): Deed[] {
  const { groups } = broker;
  return [
    deed(findCoordinator, (_asked, { host, port }, reply) =>
      reply({ errorCode: faults.none, errorMessage: null, nodeId, host, port }),
    ),
    deed(joinGroup, (asked, asker, reply) => {
      const refuse = (errorCode: number) =>
        reply({
          errorCode,
          generationId: -1,
          protocolName: '',
          leader: '',
          memberId: asked.memberId,
          members: [],
        });
      if (asked.groupId === '') return refuse(faults.invalidGroupId);
      if (asked.groupInstanceId !== null)
        broker.unmodelled(asker.service, 'members of a group with a name of their own');
      const group = groups.open(asked.groupId);
      return group ? group.join(asked, asker, reply) : refuse(faults.invalidGroupId);
    }),
    deed(syncGroup, (asked, _asker, reply) => {
      const group = groups.all.get(asked.groupId);
      if (group) group.sync(asked, reply);
      else reply({ errorCode: faults.unknownMemberId, assignment: nothing });
    }),
    deed(heartbeat, (asked, _asker, reply) =>
      reply({ errorCode: groups.all.get(asked.groupId)?.heartbeat(asked) ?? faults.unknownMemberId }),
    ),
    deed(leaveGroup, ({ groupId, memberId, members: named }, { version }, reply) => {
      const leaving = version < 3 ? [{ memberId, groupInstanceId: null }] : named;
      const members = leaving.map((one) => ({
        ...one,
        errorCode: groups.all.get(groupId)?.leave(one.memberId) ?? faults.unknownMemberId,
      }));
      reply({ errorCode: version < 3 ? (members[0]?.errorCode ?? faults.none) : faults.none, members });
    }),
    deed(describeGroups, ({ groups: names }, _asker, reply) =>
      reply({ groups: names.map((name) => described(name, groups.all.get(name))) }),
    ),
    deed(listGroups, (_asked, _asker, reply) =>
      reply({
        errorCode: faults.none,
        groups: [...groups.all.values()].map(({ id, protocolType }) => ({ groupId: id, protocolType })),
      }),
    ),
    deed(deleteGroups, ({ groups: names }, _asker, reply) => {
      const results = names.map((groupId) => {
        const group = groups.all.get(groupId);
        if (!group) return { groupId, errorCode: faults.groupIdNotFound };
        if (group.state !== 'Empty') return { groupId, errorCode: faults.nonEmptyGroup };
        groups.remove(groupId);
        return { groupId, errorCode: faults.none };
      });
      reply({ results });
    }),
  ];
}

function described(groupId: string, group: Group | undefined) {
  return {
    errorCode: faults.none,
    groupId,
    groupState: group?.state ?? 'Dead',
    protocolType: group?.protocolType ?? '',
    protocolData: group?.protocol ?? '',
    members: (group?.members ?? []).map((member) => ({
      memberId: member.id,
      clientId: member.from.clientId,
      clientHost: member.from.clientHost,
      metadata: metadataOf(member, group?.protocol ?? ''),
      assignment: member.share,
    })),
  };
}
