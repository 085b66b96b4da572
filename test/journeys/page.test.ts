import { afterAll, beforeAll, describe, it } from 'vitest';
import type { LocalSlack } from '../../src/local/slack/local-slack.ts';
import { startChromium } from '../support/chromium.ts';
import { openTestDatabase } from '../support/database.ts';
import { openWorkspace, optionsOf, startProduct, sumThread } from '../support/product.ts';
import { brokenLibrary, makeRepository } from '../support/repository.ts';

describe('a newcomer in the local workspace', () => {
  const stack = new AsyncDisposableStack();
  let slack: LocalSlack;

  beforeAll(async () => {
    const repository = stack.use(makeRepository(brokenLibrary()));
    const database = stack.use(await openTestDatabase());
    slack = stack.use(await openWorkspace());
    stack.use(await startProduct({ databaseUrl: database.url, repository: repository.path, slack: optionsOf(slack) }));
    slack.seed('incidents', sumThread);
  });
  afterAll(() => stack.disposeAsync());

  it('turns a thread into a scenario by clicking, reads the verdict, mends the plan in the modal, and keeps it', async () => {
    const browser = await startChromium();
    stack.defer(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(40_000);
    await page.goto(slack.url);
    const message = page.getByRole('article').filter({ hasText: 'off by one since yesterday' }).first();
    await message.hover();
    await message.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Turn into a scenario' }).click();
    await message.getByRole('button', { name: /repl/ }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByText('Violated', { exact: true }).waitFor();
    await thread.getByText('sum.js:5').waitFor();
    await thread.getByText('Fix, verified').waitFor();

    await thread.getByRole('button', { name: 'Edit', exact: true }).click();
    const modal = page.getByRole('dialog');
    await modal.getByRole('textbox', { name: 'What ought to hold' }).fill('sum adds what it is given');
    await modal.getByRole('textbox', { name: 'Then' }).fill('- chek: p.value = 6');
    await modal.getByRole('button', { name: 'Simulate' }).click();
    await modal.getByText(/then/).first().waitFor();
    await modal.getByRole('textbox', { name: 'Then' }).fill('- check: $type(p.value) = "number"');
    await modal.getByRole('button', { name: 'Simulate' }).click();
    await thread.getByText('Holds', { exact: true }).waitFor();
    await thread.getByText('sum adds what it is given').waitFor();

    await thread.getByRole('button', { name: 'Keep scenario' }).click();
    await thread.getByText('Fixes are checked against it from now on.').waitFor();
  });
});
