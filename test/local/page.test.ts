import type { App } from '@slack/bolt';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type LocalSlack, startLocalSlack } from '../../src/local/slack/local-slack.ts';
import { boltOn } from '../support/bolt.ts';
import { startChromium } from '../support/chromium.ts';

let browser: Browser;
let slack: LocalSlack;
let app: App & AsyncDisposable;
let page: Page;
let troubles: string[];

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  slack = await startLocalSlack();
  app = boltOn(slack);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(10_000);
  troubles = [];
  page.on('pageerror', ({ message }) => troubles.push(message));
  page.on('dialog', (dialog) => troubles.push(`a dialog: ${dialog.message()}`));
});
afterEach(async () => {
  await page.close();
  await app[Symbol.asyncDispose]();
  await slack[Symbol.asyncDispose]();
  expect(troubles).toEqual([]);
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const button = (text: string, action_id: string) => ({ type: 'button' as const, text: plain(text), action_id });

async function visit(start = true): Promise<void> {
  if (start) await app.start();
  await page.goto(slack.url);
  await page.getByRole('textbox', { name: 'Message #incidents' }).waitFor();
}

const write = async (text: string) => {
  const box = page.getByRole('textbox', { name: 'Message #incidents' });
  await box.fill(text);
  await box.press('Enter');
};

const messageWith = (text: string) => page.getByRole('article').filter({ hasText: text });

it('says plainly that it is not Slack', async () => {
  await visit(false);

  await page.getByText('Local workspace for Rehearse. This is not Slack.').waitFor();
});

it('what a person writes appears, in order, with its marks, and the answer in the thread beside it', async () => {
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: 'I _heard_ you', thread_ts: event.thread_ts ?? event.ts });
  });
  await visit();
  await write('*bold* `code` <b>not markup</b> :warning:');
  await write('@rehearse hello');

  const first = messageWith('not markup');
  await first.locator('strong', { hasText: 'bold' }).waitFor();
  await first.getByText('<b>not markup</b>').waitFor();
  await first.getByRole('img', { name: 'warning' }).waitFor();
  await messageWith('@rehearse hello').getByRole('button', { name: '1 reply' }).click();
  const thread = page.getByRole('complementary', { name: 'Thread' });
  await thread.locator('em', { hasText: 'heard' }).waitFor();
  await thread.getByRole('textbox', { name: 'Reply in thread' }).fill('thanks');
  await thread.getByRole('textbox', { name: 'Reply in thread' }).press('Enter');
  await thread.getByRole('article').filter({ hasText: 'thanks' }).waitFor();
  expect(slack.messages('incidents').map(({ text }) => text)).toContain('thanks');
});

it('Shift+Enter makes a new line and @ offers the app', async () => {
  await visit(false);
  const box = page.getByRole('textbox', { name: 'Message #incidents' });
  await box.pressSequentially('one');
  await box.press('Shift+Enter');
  await box.pressSequentially('@re');
  await page.getByRole('option', { name: '@rehearse' }).waitFor();
  await box.press('Enter');
  await box.press('Enter');

  const said = await slack.waitFor(() => slack.messages('incidents')[0]);
  expect(said.text).toBe('one\n<@U0REHEARSE>');
});

it('a button opens a modal, errors stand at their fields, and submitting closes it', async () => {
  app.action('edit', async ({ ack, body, client }) => {
    await ack();
    const element = { type: 'plain_text_input' as const, action_id: 'title', initial_value: 'as it was' };
    const blocks = [{ type: 'input' as const, block_id: 'title', label: plain('What ought to hold'), element }];
    const view = {
      type: 'modal' as const,
      callback_id: 'm',
      title: plain('Edit scenario'),
      submit: plain('Simulate'),
      blocks,
    };
    await client.views.open({ trigger_id: 'trigger_id' in body ? body.trigger_id : '', view });
  });
  app.view('m', async ({ ack, view, client }) => {
    const title = view.state.values.title?.title?.value;
    if (title !== 'better') return ack({ response_action: 'errors', errors: { title: 'Say it better.' } });
    await ack();
    await client.chat.postMessage({ channel: 'C0INCIDENTS', text: 'simulating' });
  });
  await visit();
  const blocks = [{ type: 'actions' as const, elements: [button('Edit', 'edit')] }];
  await app.client.chat.postMessage({ channel: 'C0INCIDENTS', text: 'report', blocks });

  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit scenario' });
  const field = dialog.getByRole('textbox', { name: 'What ought to hold' });
  expect(await field.inputValue()).toBe('as it was');
  await dialog.getByRole('button', { name: 'Simulate' }).click();
  await dialog.getByText('Say it better.').waitFor();
  await field.fill('better');
  await field.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await messageWith('simulating').waitFor();
});

it('the menu of a message offers the app’s shortcuts, by keyboard too', async () => {
  app.shortcut('turn_into_scenario', async ({ ack, shortcut, client }) => {
    await ack();
    const { channel, message } = shortcut as unknown as {
      channel: { id: string };
      message: { ts: string; text: string };
    };
    await client.chat.postMessage({ channel: channel.id, thread_ts: message.ts, text: `captured: ${message.text}` });
  });
  slack.seed('incidents', [{ user: 'lena', text: 'it broke', minutesAgo: 5 }]);
  await visit();

  await messageWith('it broke').hover();
  await messageWith('it broke').getByRole('button', { name: 'More actions' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Turn into a scenario' }).press('Enter');
  await messageWith('it broke').getByRole('button', { name: '1 reply' }).click();
  await messageWith('captured: it broke').waitFor();
});

it('an edit is shown in place, a stream grows, and what is meant for one is seen by one', async () => {
  await visit();
  const asked = await slack.as('maya').post('incidents', 'why?');
  const channel = 'C0INCIDENTS';
  const { ts } = await app.client.chat.postMessage({ channel, text: 'reading …' });
  await messageWith('reading …').waitFor();
  await app.client.chat.update({ channel, ts: String(ts), text: 'violated' });
  await messageWith('violated').waitFor();
  expect(await messageWith('reading …').count()).toBe(0);

  await messageWith('why?').hover();
  await messageWith('why?').getByRole('button', { name: 'Reply in thread' }).click();
  const to = { recipient_user_id: 'U0MAYA', recipient_team_id: slack.teamId };
  const stream = app.client.chatStream({ channel, thread_ts: asked.ts, ...to, buffer_size: 1 });
  const thread = page.getByRole('complementary', { name: 'Thread' });
  await stream.append({ markdown_text: 'Because **of' });
  await thread.getByText('Because **of').waitFor();
  await stream.append({ markdown_text: ' rounding**' });
  await thread.locator('strong', { hasText: 'of rounding' }).waitFor();
  await stream.stop();

  await app.client.chat.postEphemeral({ channel, user: 'U0MAYA', text: 'for Maya' });
  await page.getByText('Only you can see this').waitFor();
  await page.getByLabel('You are').selectOption('U0OMAR');
  await messageWith('for Maya').waitFor({ state: 'detached' });
  await messageWith('violated').waitFor();
});

it('a channel where something was said has a dot until it is opened', async () => {
  await visit(false);
  await slack.as('sam').post('billing', 'news');
  const billing = page.getByRole('navigation').getByRole('button', { name: 'billing' });
  await billing.getByRole('img', { name: 'unread' }).waitFor();
  await billing.click();
  await messageWith('news').waitFor();

  expect(await billing.getByRole('img', { name: 'unread' }).count()).toBe(0);
});

it('hostile text and blocks do not run and do not lead anywhere', async () => {
  await visit();
  const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>';
  await slack.as('maya').post('incidents', hostile);
  const blocks = [
    { type: 'section', text: { type: 'mrkdwn', text: `<javascript:alert(3)|click> ${hostile}` } },
    { type: 'markdown', text: `[click](javascript:alert(4)) ${hostile}` },
    { type: 'actions', elements: [{ ...button('go', 'go'), url: 'javascript:alert(5)' }] },
    { type: 'image', image_url: 'javascript:alert(6)', alt_text: 'a picture' },
    { type: 'video', title: plain('v'), alt_text: hostile },
    {
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'link', url: 'javascript:alert(7)' }] }],
    },
  ];
  await app.client.chat.postMessage({ channel: 'C0INCIDENTS', text: 'x', blocks: blocks as never });
  await page.getByText('A block that this page does not know: video').waitFor();

  expect(await page.locator('#channel img:not(.avatar), #channel script').count()).toBe(0);
  expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
  await page.getByText('click').first().click();
});

it('a message of ten thousand marks is shown, and a longer one is refused in words', async () => {
  await visit(false);
  await slack.as('maya').post('incidents', '*a*\n_b_ '.repeat(4_400));
  await slack.as('maya').post('incidents', 'after it');
  await messageWith('after it').waitFor();
  await write('x'.repeat(40_001));

  await page.getByText('A message may have 40 000 characters.').waitFor();
});

it('a diff in a fence is coloured line by line', async () => {
  await visit(false);
  await slack.as('maya').post('incidents', '```@@ -1,2 +1,2 @@\n-const a = 1\n+const a = 2\n b```');

  expect(await page.locator('.diff .taken').textContent()).toContain('-const a = 1');
  expect(await page.locator('.diff .added').textContent()).toContain('+const a = 2');
});

it('what cannot be done is said in a line on the page', async () => {
  await visit(false);
  await write('/dance');
  await page.getByText('/dance is not a command here.').waitFor();
  const { ts } = await slack.as('maya').post('incidents', 'turn me');
  await messageWith('turn me').hover();
  await messageWith('turn me').getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Turn into a scenario' }).click();

  await page.getByText('rehearse is not connected, so nothing was done. Try again.').waitFor();
  expect(slack.journal.deliveries('message_action')[0]?.payload).toMatchObject({ message_ts: ts });
});

it('on a phone the channels are behind a button and a thread fills the screen', async () => {
  const thread = [
    { user: 'lena', text: 'it broke', minutesAgo: 5 },
    { user: 'omar', text: 'looking', minutesAgo: 4 },
  ];
  slack.seed('incidents', thread);
  await page.setViewportSize({ width: 390, height: 844 });
  await visit(false);
  await page.getByRole('button', { name: 'Channels and people' }).click();
  await page.getByRole('navigation').getByRole('button', { name: 'incidents' }).click();
  await page.getByRole('button', { name: '1 reply' }).click();
  await messageWith('looking').waitFor();

  expect(await page.getByRole('textbox', { name: 'Message #incidents' }).isVisible()).toBe(false);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await page.getByRole('button', { name: 'Close thread' }).click();
  await page.getByRole('textbox', { name: 'Message #incidents' }).waitFor();
});

it('the weather can be made bad from the page', async () => {
  await visit();
  await page.getByRole('button', { name: 'Weather' }).click();
  await page.getByLabel('Deliver every event twice').check();
  await page.getByRole('button', { name: 'Set' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await write('once');
  await slack.waitFor(() => slack.journal.deliveries('message').length === 2);

  expect(new Set(slack.journal.deliveries('message').map(({ id }) => id)).size).toBe(1);
});

it('the app’s home stands above the conversation with it, and its buttons work', async () => {
  app.action('again', async ({ ack, client }) => {
    await ack();
    await client.chat.postMessage({ channel: 'U0MAYA', text: 'rehearsed again' });
  });
  await visit();
  const blocks = [{ type: 'actions' as const, elements: [button('Rehearse again', 'again')] }];
  await app.client.views.publish({ user_id: 'U0MAYA', view: { type: 'home', blocks } });
  await page.getByRole('navigation').getByRole('button', { name: 'Rehearse' }).click();
  await page.getByText('Home', { exact: true }).click();
  await page.getByRole('button', { name: 'Rehearse again' }).click();

  await messageWith('rehearsed again').waitFor();
  expect(slack.journal.deliveries('app_home_opened')).toHaveLength(1);
});

it('what the app says it is doing stands below the thread until it answers', async () => {
  slack.seed('incidents', [{ user: 'lena', text: 'it broke', minutesAgo: 5 }]);
  const [root] = slack.messages('incidents');
  await visit();
  await messageWith('it broke').hover();
  await messageWith('it broke').getByRole('button', { name: 'Reply in thread' }).click();
  const place = { channel_id: 'C0INCIDENTS', thread_ts: String(root?.ts) };
  await app.client.assistant.threads.setStatus({ ...place, status: 'is reading the thread …' });
  await page.getByText('rehearse is reading the thread …').waitFor();
  await app.client.chat.postMessage({ channel: 'C0INCIDENTS', thread_ts: String(root?.ts), text: 'read' });

  await page.getByText('rehearse is reading the thread …').waitFor({ state: 'detached' });
});
