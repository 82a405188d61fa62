// Makes the replica set of one member and the user of the services, as far as they are not there; run by mongosh.
const fs = require("fs");
const secret = (name) => fs.readFileSync(`/secrets/${name}`, "utf8").trim();

const password = encodeURIComponent(secret("root-password"));
// Directly: before it is made, a replica set cannot be found.
const connection = new Mongo(`mongodb://root:${password}@mongo:27017/admin?directConnection=true`);
const admin = connection.getDB("admin");

try {
  admin.runCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  admin.runCommand({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: "mongo:27017" }] } });
}
const deadline = Date.now() + 60000;
while (!admin.hello().isWritablePrimary) {
  if (Date.now() > deadline) throw new Error("the replica set has no primary after a minute");
  sleep(200);
}

const invoice = connection.getDB("invoice");
if (!invoice.getUser("invoicing")) {
  invoice.createUser({
    user: "invoicing",
    pwd: secret("invoicing-password"),
    roles: [{ role: "readWrite", db: "invoice" }],
  });
}
