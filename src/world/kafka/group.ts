import type { Clock } from '../model.ts';
import { faults } from './fault-codes.ts';
import {
  described,
  elected,
  type From,
  type Joined,
  type Joining,
  type Member,
  refused,
  type Synced,
  sameProtocols,
} from './member.ts';

/** What a group is doing, in Kafka's words. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

/** Consumers that share the partitions of topics among them: the classic protocol of Kafka's groups. */
export interface Group {
  readonly id: string;
  readonly state: GroupState;
  readonly protocolType: string;
  readonly protocol: string;
  readonly members: readonly Member[];
  join(asked: Joining, from: From, reply: (answer: Joined) => void): void;
  sync(
    asked: Asked & { assignments: { memberId: string; assignment: Buffer }[] },
    reply: (answer: Synced) => void,
  ): void;
  heartbeat(asked: Asked): number;
  leave(memberId: string): number;
  /** Whether offsets may be written down by whoever asks; its session goes on. */
  mayCommit(asked: Asked): number;
  /** Stops every clock of it. */
  close(): void;
}

interface Asked {
  memberId: string;
  generationId: number;
}

interface Terms {
  clock: Clock;
  /** How long a group that was empty waits for others after its first member. */
  rebalanceDelayMs: number;
  newMemberId(clientId: string): string;
}

const sessionLimits = { least: 6_000, most: 1_800_000 };
const mostMembers = 1_000;
const nothing = Buffer.alloc(0);

/** A group without members. */
export function openGroup(id: string, { clock, rebalanceDelayMs, newMemberId }: Terms): Group {
  const members = new Map<string, Member>();
  /** Ids that were given to members which have not joined with them yet. */
  const expected = new Set<string>();
  let state: GroupState = 'Empty';
  let generation = 0;
  /** Whether a group that was empty waits for more members than its first. */
  let isGathering = false;
  let leader = '';
  let protocol = '';
  let protocolType = '';
  let stopWaiting: () => void = () => undefined;
  const after = (ms: number, work: () => void) => clock.at(clock.now() + Math.max(0, ms), work);
  const keepAlive = (member: Member): void => {
    member.stopTimer();
    member.stopTimer = after(member.sessionMs, () => {
      if (member.joining) keepAlive(member);
      else remove(member);
    });
  };
  const remove = (member: Member): void => {
    member.stopTimer();
    members.delete(member.id);
    member.joining?.(refused(faults.unknownMemberId, member.id));
    member.syncing?.({ errorCode: faults.unknownMemberId, assignment: nothing });
    if (state === 'Stable' || state === 'CompletingRebalance') rebalance();
    else if (members.size === 0) complete();
    else completeIfAllJoined();
  };
  const rebalance = (): void => {
    isGathering = state === 'Empty';
    state = 'PreparingRebalance';
    for (const member of members.values()) {
      member.syncing?.({ errorCode: faults.rebalanceInProgress, assignment: nothing });
      member.syncing = undefined;
    }
    stopWaiting();
    const patience = Math.max(0, ...[...members.values()].map(({ rebalanceMs }) => rebalanceMs));
    stopWaiting = after(isGathering ? rebalanceDelayMs : patience, complete);
    completeIfAllJoined();
  };
  const completeIfAllJoined = (): void => {
    if (!isGathering && [...members.values()].every(({ joining }) => joining)) complete();
  };
  const complete = (): void => {
    stopWaiting();
    isGathering = false;
    for (const member of [...members.values()].filter(({ joining }) => !joining)) {
      member.stopTimer();
      members.delete(member.id);
    }
    generation += 1;
    const all = [...members.values()];
    if (all.length === 0) {
      state = 'Empty';
      return;
    }
    state = 'CompletingRebalance';
    protocol = elected(all);
    if (!members.has(leader)) leader = all[0]?.id ?? '';
    for (const member of all) {
      const answer = member.joining;
      member.joining = undefined;
      keepAlive(member);
      answer?.(joined(member));
    }
  };
  const joined = (member: Member): Joined => ({
    errorCode: faults.none,
    generationId: generation,
    protocolName: protocol,
    leader,
    memberId: member.id,
    members: member.id === leader ? [...members.values()].map((one) => described(one, protocol)) : [],
  });
  const welcome = (asked: Joining, from: From, reply: (answer: Joined) => void): void => {
    const member: Member = {
      id: asked.memberId || newMemberId(from.clientId),
      from,
      sessionMs: asked.sessionTimeoutMs,
      rebalanceMs: asked.rebalanceTimeoutMs,
      protocols: asked.protocols,
      share: nothing,
      joining: reply,
      syncing: undefined,
      stopTimer: () => undefined,
    };
    expected.delete(member.id);
    members.set(member.id, member);
    protocolType = asked.protocolType;
    if (state !== 'PreparingRebalance') rebalance();
    else completeIfAllJoined();
  };
  const again = (member: Member, asked: Joining, reply: (answer: Joined) => void): void => {
    const isSame = sameProtocols(member.protocols, asked.protocols);
    Object.assign(member, {
      protocols: asked.protocols,
      sessionMs: asked.sessionTimeoutMs,
      rebalanceMs: asked.rebalanceTimeoutMs,
    });
    const isKnown = state === 'CompletingRebalance' || (state === 'Stable' && member.id !== leader);
    if (isSame && isKnown) {
      keepAlive(member);
      reply(joined(member));
      return;
    }
    member.joining?.(refused(faults.unknownMemberId, member.id));
    member.joining = reply;
    if (state !== 'PreparingRebalance') rebalance();
    else completeIfAllJoined();
  };
  const faultOf = ({ memberId, generationId }: Asked): number => {
    const member = members.get(memberId);
    if (!member) return faults.unknownMemberId;
    if (generationId !== generation) return faults.illegalGeneration;
    keepAlive(member);
    return faults.none;
  };
  return {
    id,
    get state() {
      return state;
    },
    get protocolType() {
      return protocolType;
    },
    get protocol() {
      return state === 'Stable' ? protocol : '';
    },
    get members() {
      return [...members.values()];
    },
    join(asked, from, reply) {
      const { sessionTimeoutMs: session, memberId } = asked;
      if (session < sessionLimits.least || session > sessionLimits.most)
        return reply(refused(faults.invalidSessionTimeout, memberId));
      const others = [...members.values()].filter((one) => one.id !== memberId);
      const hasCommon = elected([...others, { protocols: asked.protocols } as Member]) !== '';
      if (!hasCommon || !asked.protocolType || (others.length > 0 && asked.protocolType !== protocolType))
        return reply(refused(faults.inconsistentGroupProtocol, memberId));
      const known = members.get(memberId);
      if (known) return again(known, asked, reply);
      if (members.size >= mostMembers || (memberId !== '' && !expected.has(memberId)))
        return reply(refused(faults.unknownMemberId, memberId));
      if (memberId !== '' || from.version < 4) return welcome(asked, from, reply);
      const given = newMemberId(from.clientId);
      if (expected.size < mostMembers) expected.add(given);
      return reply(refused(faults.memberIdRequired, given));
    },
    sync(asked, reply) {
      const fault = state === 'PreparingRebalance' ? faults.rebalanceInProgress : faultOf(asked);
      const member = members.get(asked.memberId);
      if (fault !== faults.none || !member) {
        return reply({ errorCode: member ? fault : faults.unknownMemberId, assignment: nothing });
      }
      if (state === 'Stable') return reply({ errorCode: faults.none, assignment: member.share });
      member.syncing = reply;
      if (member.id !== leader) return undefined;
      const shares = new Map(asked.assignments.map(({ memberId, assignment }) => [memberId, assignment]));
      state = 'Stable';
      for (const one of members.values()) {
        one.share = shares.get(one.id) ?? nothing;
        one.syncing?.({ errorCode: faults.none, assignment: one.share });
        one.syncing = undefined;
      }
      return undefined;
    },
    heartbeat(asked) {
      const fault = faultOf(asked);
      return fault === faults.none && state === 'PreparingRebalance' ? faults.rebalanceInProgress : fault;
    },
    leave(memberId) {
      if (expected.delete(memberId)) return faults.none;
      const member = members.get(memberId);
      if (!member) return faults.unknownMemberId;
      remove(member);
      return faults.none;
    },
    mayCommit(asked) {
      if (asked.generationId < 0 && members.size === 0) return faults.none;
      const fault = faultOf(asked);
      return fault === faults.none && state === 'CompletingRebalance' ? faults.rebalanceInProgress : fault;
    },
    close() {
      stopWaiting();
      for (const member of members.values()) member.stopTimer();
    },
  };
}
