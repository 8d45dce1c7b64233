// A name server on loopback that knows no name, so that look-ups of test workloads end there.
import { createSocket } from 'node:dgram';

/** The answer NXDOMAIN to a DNS query (RFC 1035), or undefined if it is none. */
export function answerNoSuchName(query: Buffer): Buffer | undefined {
  const HEADER = 12;
  const isQuery = query.length > HEADER && ((query[2] ?? 0) & 0x80) === 0;
  if (!isQuery || query.readUInt16BE(4) !== 1) return undefined;
  let end = HEADER;
  while ((query[end] ?? 0) !== 0) end += (query[end] ?? 0) + 1;
  end += 5;
  if (end > query.length) return undefined;
  const answer = Buffer.from(query.subarray(0, end));
  // Response, recursion as asked for and available, response code 3; no records but the question.
  answer[2] = 0x80 | ((query[2] ?? 0) & 0x01);
  answer[3] = 0x83;
  answer.fill(0, 6, HEADER);
  return answer;
}

/** Answers at `address`, port 53, until the process ends. */
export async function startNameServer(address: string): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const answer = answerNoSuchName(query);
    if (answer) socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(53, address, resolve);
  });
  socket.unref();
}
