import { describe, expect, it } from 'vitest';
import { hideFolder, preview, withoutFolders } from '../../src/world/preview.ts';

describe('folders in what a trace keeps', () => {
  it('go by their names, at the end of a sentence too, and only as long as they are hidden', () => {
    const text = 'read /srv/app/main.js in /srv/app. Not /srv/app';
    {
      using _ = hideFolder('/srv/app', '<tree>');
      expect(withoutFolders(text)).toBe('read <tree>/main.js in <tree>. Not <tree>');
    }
    expect(withoutFolders(text)).toBe(text);
  });

  it('look the same whatever folders other simulations hide at that time', () => {
    const text = '/srv/app-head/main.js /srv/app-head/packages/one.js /srv/app.head/two.js';
    const alone = () => {
      using _tree = hideFolder('/srv/app-head', '<tree>');
      using _packages = hideFolder('/srv/app-head/packages', '<packages>');
      return preview(text);
    };
    const beside = () => {
      using _before = hideFolder('/srv/app', '<tree>');
      using _packages = hideFolder('/srv/app-head/packages', '<packages>');
      return alone();
    };
    expect(alone().text).toBe('<tree>/main.js <packages>/one.js /srv/app.head/two.js');
    expect(beside()).toEqual(alone());
  });

  it('are not taken for patterns', () => {
    using _ = hideFolder('/srv/a+(b)', '$&');
    expect(withoutFolders('/srv/a+(b)/main.js /srv/aab/main.js')).toBe('$&/main.js /srv/aab/main.js');
  });
});
