import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.mvstore.MVStore;

/**
 * As much of mongod as compose.yaml asks for: a replica set of one member that has to be initiated, and users, each of
 * whom may work on the one database in which he was made; root on all. The rest is the library of our test server.
 *
 * <p>usage: ReplicaSetMember FILE ROOT PASSWORD. Serves 0.0.0.0:27017 as mongo:27017, member of rs0, until it is killed.
 */
public final class ReplicaSetMember extends H2Backend {
  private static final String SET = "rs0";
  private static final String ADDRESS = "mongo:27017";
  // Of MongoDB 4.2, the oldest that mongosh talks to.
  private static final int WIRE_VERSION = 8;
  private static final AttributeKey<User> TALKS_WITH = AttributeKey.valueOf("talks with");
  private static final Set<String> WITHOUT_LOGIN =
      Set.of("hello", "ismaster", "ping", "buildinfo", "whatsmyuri", "saslstart", "saslcontinue", "endsessions");
  private static final Set<String> WRITES =
      Set.of("insert", "update", "delete", "findandmodify", "create", "createindexes", "drop", "aggregate");

  private record User(Scram scram, String database) {}

  private final MVStore store;
  private final Map<String, String> settings; // "initiated", and "user NAME" with database and password
  private final Map<String, User> users = new ConcurrentHashMap<>();

  private ReplicaSetMember(MVStore store, String root, String password) throws GeneralSecurityException {
    super(store);
    this.store = store;
    store.setRetentionTime(0);
    settings = store.openMap("settings of the stand-in");
    users.put(root, new User(new Scram(root, password), "admin"));
    for (Map.Entry<String, String> each : settings.entrySet()) {
      if (each.getKey().startsWith("user ")) addUser(each.getKey().substring(5), each.getValue());
    }
  }

  private void addUser(String name, String databaseAndPassword) throws GeneralSecurityException {
    String[] parts = databaseAndPassword.split(" ", 2);
    users.put(name, new User(new Scram(name, parts[1]), parts[0]));
  }

  @Override
  public Document handleCommand(Channel channel, String database, String command, Document query) {
    String name = command.toLowerCase(Locale.ROOT);
    if (!WITHOUT_LOGIN.contains(name)) requireLogin(channel, database, command);
    switch (name) {
      case "saslstart":
        User user = users.get(nameIn(query));
        if (user == null || !List.of(user.database(), "$external").contains(database)) throw Scram.denied();
        channel.attr(TALKS_WITH).set(user);
        return user.scram().start(channel, query);
      case "saslcontinue":
        return channel.attr(TALKS_WITH).get().scram().proceed(channel, query);
      case "endsessions":
        return new Document("ok", 1.0);
      case "hello":
      case "ismaster":
        return hello(channel, database, query);
      case "replsetgetstatus":
        if (!settings.containsKey("initiated")) throw new MongoServerError(94, "NotYetInitialized", "no replset config has been received");
        return new Document("set", SET).append("ok", 1.0);
      case "replsetinitiate":
        return set("initiated", "yes");
      case "usersinfo":
        return new Document("users", usersNamed(query.get("usersInfo"), database)).append("ok", 1.0);
      case "createuser":
        return createUser(database, query);
      default:
        return WRITES.contains(name) ? write(channel, database, command, query) : super.handleCommand(channel, database, command, query);
    }
  }

  private synchronized Document set(String key, String value) {
    settings.put(key, value);
    store.commit();
    return new Document("ok", 1.0);
  }

  private Document createUser(String database, Document query) {
    String name = (String) query.get("createUser");
    try {
      addUser(name, database + " " + query.get("pwd"));
    } catch (GeneralSecurityException e) {
      throw new MongoServerError(1, "InternalError", e.getMessage());
    }
    return set("user " + name, database + " " + query.get("pwd"));
  }

  private List<Document> usersNamed(Object asked, String database) {
    Object name = asked instanceof Document ? ((Document) asked).get("user") : asked;
    User user = users.get(String.valueOf(name));
    if (user == null || !user.database().equals(database)) return List.of();
    return List.of(new Document("_id", database + "." + name).append("user", name).append("db", database));
  }

  private Document hello(Channel channel, String database, Document query) {
    boolean isPrimary = settings.containsKey("initiated");
    Document reply = super.handleCommand(channel, database, "isMaster", query);
    reply.put("ismaster", isPrimary);
    reply.put("isWritablePrimary", isPrimary);
    reply.put("secondary", false);
    reply.put("maxWireVersion", WIRE_VERSION);
    if (isPrimary) {
      reply.append("setName", SET).append("setVersion", 1).append("hosts", List.of(ADDRESS)).append("me", ADDRESS).append("primary", ADDRESS);
    }
    if (query.containsKey("saslSupportedMechs")) reply.append("saslSupportedMechs", List.of("SCRAM-SHA-256"));
    return reply;
  }

  private synchronized Document write(Channel channel, String database, String command, Document query) {
    try {
      return super.handleCommand(channel, database, command, query);
    } finally {
      store.commit();
    }
  }

  private void requireLogin(Channel channel, String database, String command) {
    User user = channel.attr(TALKS_WITH).get();
    if (user != null && user.scram().isLoggedIn(channel) && List.of("admin", database).contains(user.database())) return;
    throw new MongoServerError(13, "Unauthorized", "not authorized on " + database + " to execute command " + command);
  }

  /** Of "n,,n=NAME,r=NONCE". */
  private static String nameIn(Document query) {
    Object payload = query.get("payload");
    byte[] bytes = payload instanceof BinData ? ((BinData) payload).getData() : (byte[]) payload;
    return new String(bytes, StandardCharsets.UTF_8).replaceAll("(?s)^n,,n=([^,]*),.*", "$1");
  }

  public static void main(String[] arguments) throws Exception {
    MVStore store = new MVStore.Builder().autoCommitDisabled().fileName(arguments[0]).open();
    MongoServer server = new MongoServer(new ReplicaSetMember(store, arguments[1], arguments[2]));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.bind("0.0.0.0", 27017);
    Thread.currentThread().join();
  }
}
