// The demo's certificate: a client that trusts the authority alone accepts the server, and only at its own addresses.
import { X509Certificate } from 'node:crypto';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { makeCertificate } from '../../../src-main/demo/certificate.ts';

test('a client that trusts the authority reaches the server by address and by name', async () => {
  const { authority, cert, key } = await makeCertificate(Date.now());
  const server = createServer({ cert, key }, (_request, response) => response.end('here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const get = (servername: string, ca?: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, servername, ...(ca !== undefined && { ca }) };
      request(options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
  expect(await get('localhost', authority)).toBe(200);
  await expect(get('example.com', authority)).rejects.toThrow('altnames');
  await expect(get('localhost')).rejects.toThrow('verify');
});

test('is made anew each time, holds for this computer only, and is no authority itself', async () => {
  const now = Date.UTC(2026, 0, 15);
  const [one, other] = await Promise.all([makeCertificate(now), makeCertificate(now)]);
  const cert = new X509Certificate(one.cert);
  expect(one.key).not.toBe(other.key);
  expect(cert.ca).toBe(false);
  expect(cert.subjectAltName).toContain('IP Address:127.0.0.1');
  expect(cert.validFromDate.getTime()).toBeLessThan(now);
  expect(cert.validToDate.getTime()).toBeGreaterThan(now);
  expect(cert.verify(new X509Certificate(one.authority).publicKey)).toBe(true);
  expect(cert.verify(new X509Certificate(other.authority).publicKey)).toBe(false);
});
