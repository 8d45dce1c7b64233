// Secrets in the words of others are hidden, the rest stays.
import { describe, expect, it } from 'vitest';
import { maskText, showUrl } from '../../../src-main/kube/mask-text.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl';

describe('maskText', () => {
  it.each([
    [`refused token ${JWT} of admin`, [JWT, 'eyJhbGci']],
    ['Authorization: Bearer abcdef123456', ['abcdef123456']],
    ['{"access_token": "s3cr3t-value"}', ['s3cr3t-value']],
    ['password=hunter2; retry', ['hunter2']],
    ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI', ['wJalrXUtnFEMI']],
    ['session 0123456789abcdef0123456789abcdef01 ended', ['0123456789abcdef0123456789abcdef01']],
    ['-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----', ['MIG']],
    ['-----BEGIN PRIVATE KEY-----\nMIG', ['MIG']],
    ['proxy http://joe:pw@proxy:3128 refused', ['pw@']],
  ])('hides what is secret in %s', (text, secrets) => {
    for (const secret of secrets) expect(maskText(text)).not.toContain(secret);
  });

  it.each([
    'pods is forbidden: User "system:serviceaccount:shop:reader" cannot list resource "secrets" in API group ""',
    'secrets "db-password" not found',
    'open /home/user/.kube/cache/discovery/very-long-host-name.example.com_6443/servergroups.json: no such file',
    'The SSO session associated with this profile has expired. Run aws sso login.',
    'executable gke-gcloud-auth-plugin not found',
  ])('keeps what is not: %s', (text) => {
    expect(maskText(text)).toBe(text);
  });

  it('takes out terminal escapes and keeps lines', () => {
    expect(maskText('\u001b[31mred\u001b[0m\r\nnext\u0007')).toBe('red\nnext');
  });

  it('limits the length', () => {
    expect(maskText('word '.repeat(100), 20)).toBe(`${'word '.repeat(4)}…`);
  });

  it('takes hostile text without delay', () => {
    for (const text of [
      '+'.repeat(8000),
      'a'.repeat(8000),
      'token'.repeat(2000),
      '-----BEGIN '.repeat(900),
    ]) {
      expect(maskText(text).length).toBeLessThanOrEqual(2001);
    }
  });
});

describe('showUrl', () => {
  it.each([
    ['https://api.example:6443', 'https://api.example:6443'],
    ['http://joe:pw@proxy:3128', 'http://proxy:3128'],
    ['no url at all', 'no url at all'],
  ])('%s', (url, shown) => {
    expect(showUrl(url)).toBe(shown);
  });
});
