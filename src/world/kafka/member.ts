import type { Answer, Question } from './api.ts';
import type { joinGroup, syncGroup } from './group-apis.ts';

/** What a consumer brings along to join. */
export type Joining = Question<typeof joinGroup>;
/** What it is told once everybody has joined. */
export type Joined = Answer<typeof joinGroup>;
/** What it is told once everybody's share is known. */
export type Synced = Answer<typeof syncGroup>;

/** Where a request came from. */
export interface From {
  clientId: string;
  clientHost: string;
  version: number;
}

/** A consumer in a group. */
export interface Member {
  id: string;
  from: From;
  sessionMs: number;
  rebalanceMs: number;
  protocols: Joining['protocols'];
  share: Buffer;
  /** Answers its request to join, while it waits for the others. */
  joining: ((answer: Joined) => void) | undefined;
  /** Answers its request for its share, while that is not known. */
  syncing: ((answer: Synced) => void) | undefined;
  /** Its session ends unless it is heard of again. */
  stopTimer: () => void;
}

/** Whether two lists of protocols say the same. */
export function sameProtocols(a: Joining['protocols'], b: Joining['protocols']): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, metadata }, at) => name === b[at]?.name && metadata.equals(b[at].metadata))
  );
}

/** The protocol that all members know and most like best; the first of those where several are liked as much. */
export function elected(members: readonly Member[]): string {
  const [first] = members;
  const common = (first?.protocols ?? []).filter(({ name }) => members.every((one) => knows(one, name)));
  const votes = common.map(({ name }) => ({
    name,
    count: members.filter(({ protocols }) => favourite(protocols, common) === name).length,
  }));
  return votes.reduce((best, one) => (one.count > best.count ? one : best), votes[0] ?? { name: '', count: 0 }).name;
}

/** What a member said when it joined, for a protocol. */
export function metadataOf({ protocols }: Member, protocol: string): Buffer {
  return protocols.find(({ name }) => name === protocol)?.metadata ?? Buffer.alloc(0);
}

/** A member as the leader is told of it. */
export function described(member: Member, protocol: string): Joined['members'][number] {
  return { memberId: member.id, groupInstanceId: null, metadata: metadataOf(member, protocol) };
}

/** Why a member cannot join. */
export function refused(errorCode: number, memberId: string): Joined {
  return { errorCode, generationId: -1, protocolName: '', leader: '', memberId, members: [] };
}

function knows({ protocols }: Member, name: string): boolean {
  return protocols.some((one) => one.name === name);
}

function favourite(own: Joining['protocols'], common: Joining['protocols']): string | undefined {
  return own.find(({ name }) => common.some((one) => one.name === name))?.name;
}
