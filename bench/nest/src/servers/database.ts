// What the rows of the bench ask of their database besides what the services do.
//
//   node database.js URI drop              everything of this database
//   node database.js URI open_books TIME   opens the books as of then, where they are not open
//   node database.js URI unseal            no report was ever made
//   node database.js URI to_publish        every report waits to be published, nobody has one
//   node database.js URI count COLLECTION  prints how many documents it has
//   node database.js URI ids COUNT         prints that many ids of invoices, one a line
//   node database.js URI dump COUNT FILE   writes that many invoices as they stand, as BSON
//   node database.js URI version           prints what the server says it is

import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { mongo } from 'mongoose';

type Database = mongo.Db;

const actions: Record<string, (database: Database, words: string[]) => Promise<void>> = {
  async drop(database) { await database.dropDatabase(); },

  async open_books(database, [time]) {
    // Their ids are no ObjectIds but words and numbers.
    await database.collection<{ _id: string }>('books').insertOne({
      _id: 'books', state: 'open', opening: new Date(time), openingDay: time.slice(0, 10), move: null,
    } as { _id: string });
  },

  async unseal(database) {
    for (const name of ['reports', 'marks', 'deliveries']) await database.collection(name).deleteMany({});
  },

  async to_publish(database) {
    await database.collection('deliveries').deleteMany({});
    await database.collection('reports').updateMany({}, {
      $set: { 'outbox.state': 'sealed', 'outbox.publishedAt': null, 'outbox.doneAt': null, 'outbox.leaseUntil': null },
    });
  },

  async count(database, [collection]) { console.log(await database.collection(collection).countDocuments({})); },

  async ids(database, [count]) {
    const found = database.collection('invoices').find({}, { projection: { _id: 1 }, limit: Number(count) });
    for await (const { _id } of found) console.log(String(_id));
  },

  async dump(database, [count, file]) {
    const out = createWriteStream(file);
    const found = database.collection('invoices').find({}, { raw: true, limit: Number(count) });
    for await (const document of found) {
      if (!out.write(document)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'finish');
  },

  async version(database) {
    console.log((await database.admin().command({ buildInfo: 1 })).version);
  },
};

async function main([uri, action, ...words]: string[]): Promise<void> {
  const client = new mongo.MongoClient(uri, { retryWrites: false });
  await client.connect();
  await actions[action](client.db(), words);
  await client.close();
}

void main(process.argv.slice(2));
