// Makes the replica set of one member and the user of the services, as far as they are not there. It is the startup
// probe of the trial's MongoDB, so it is run again until it succeeds.
const fs = require("fs");
const secret = (name) => fs.readFileSync(`/secrets/${name}`, "utf8").trim();

const password = encodeURIComponent(secret("mongo-root-password"));
// Directly: before it is made, a replica set cannot be found.
const connection = new Mongo(`mongodb://root:${password}@${process.env.MEMBER}/admin?directConnection=true`);
const admin = connection.getDB("admin");

try {
  admin.runCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  admin.runCommand({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: process.env.MEMBER }] } });
}
if (!admin.hello().isWritablePrimary) throw new Error("no primary yet");

const invoice = connection.getDB("invoice");
if (!invoice.getUser("invoicing")) {
  invoice.createUser({
    user: "invoicing",
    pwd: secret("mongo-password"),
    roles: [{ role: "readWrite", db: "invoice" }],
  });
}
