// One side of a conversation over RabbitMQ, as a NestJS service has it. Node resolves the packages from its own folder.
//
//   node peer.js consume URI QUEUE '{"noAck": true, "queueOptions": {…}}'   a JSON object a line: pattern and data
//   node peer.js emit|send URI QUEUE '{"persistent": true}' DATA            one line, {"response": …}, and the end
//
// "listening" is the first line of a consumer.
'use strict';
require('reflect-metadata');
const { Controller, Logger, Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { ClientProxyFactory, Ctx, EventPattern, MessagePattern, Payload, RmqContext, Transport } =
  require('@nestjs/microservices');
const { lastValueFrom } = require('rxjs');

const PATTERN = 'daily_sales_report';
const [mode, uri, queue, optionsText, dataText] = process.argv.slice(2);
const chosen = JSON.parse(optionsText);
const options = { urls: [uri], queue, queueOptions: { durable: true }, ...chosen };

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

class ReportController {
  handle(data, context) {
    say({ pattern: PATTERN, data });
    if (chosen.noAck === false) context.getChannelRef().ack(context.getMessage());
    return 'taken';
  }
}

// The decorators of TypeScript, applied by hand.
function declareController() {
  const descriptor = Object.getOwnPropertyDescriptor(ReportController.prototype, 'handle');
  const pattern = chosen.requests ? MessagePattern : EventPattern;
  pattern(PATTERN)(ReportController.prototype, 'handle', descriptor);
  Payload()(ReportController.prototype, 'handle', 0);
  Ctx()(ReportController.prototype, 'handle', 1);
  Reflect.defineMetadata('design:paramtypes', [Object, RmqContext], ReportController.prototype, 'handle');
  Controller()(ReportController);
  class AppModule {}
  Module({ controllers: [ReportController] })(AppModule);
  return AppModule;
}

// Only what we say goes to stdout.
Logger.overrideLogger(['error', 'warn']);

async function consume() {
  const app = await NestFactory.createMicroservice(declareController(),
    { transport: Transport.RMQ, options, logger: ['error', 'warn'] });
  await app.listen();
  say('listening');
}

async function produce() {
  const client = ClientProxyFactory.create({ transport: Transport.RMQ, options });
  await client.connect();
  const answer = mode === 'emit' ? client.emit(PATTERN, JSON.parse(dataText)) : client.send(PATTERN, JSON.parse(dataText));
  say({ response: (await lastValueFrom(answer, { defaultValue: null })) ?? null });
  await client.close();
}

(mode === 'consume' ? consume() : produce()).catch((error) => {
  console.error(error);
  process.exit(1);
});
