import type { BlockOnWire } from './message.ts';

/** A modal that is open before a person, or the app's home tab. */
export interface View {
  id: string;
  user: string;
  type: 'modal' | 'home';
  hash: string;
  rootId: string;
  previousId?: string;
  externalId: string;
  /** What the app gave: title, submit, close, blocks, private_metadata, callback_id, … */
  given: Record<string, unknown> & { blocks: BlockOnWire[] };
}

/** What a person has filled in, as Slack sends it: block, then action. */
export type ViewState = Record<string, Record<string, Record<string, unknown>>>;

/** The view in Slack's own shape. */
export function viewOnWire(
  view: View,
  about: { teamId: string; appId: string; botId: string; state?: ViewState },
): Record<string, unknown> {
  const { id, type, hash, rootId, previousId, externalId, given } = view;
  return {
    private_metadata: '',
    callback_id: '',
    clear_on_close: false,
    notify_on_close: false,
    close: null,
    submit: null,
    ...given,
    id,
    team_id: about.teamId,
    type,
    hash,
    root_view_id: rootId,
    previous_view_id: previousId ?? null,
    external_id: externalId,
    app_id: about.appId,
    app_installed_team_id: about.teamId,
    bot_id: about.botId,
    state: { values: about.state ?? {} },
  };
}
