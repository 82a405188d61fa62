// usage: node queue.js URI QUEUE count|purge   prints how many messages are ready; purge takes them away

import { connect } from 'amqplib';

async function main([uri, queue, action]: string[]): Promise<void> {
  const connection = await connect(uri);
  const channel = await connection.createChannel();
  const { messageCount } = await channel.assertQueue(queue, { durable: true });
  if (action === 'purge') await channel.purgeQueue(queue);
  console.log(messageCount);
  await connection.close();
}

void main(process.argv.slice(2));
