import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.wire.message.MongoQuery;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.h2.mvstore.MVStore;

/**
 * mongo-java-server with what our tests need beside it: a password, `hello`, a commit to the file after each write, the
 * right number of inserted documents after duplicates, TLS, a fail point. It vouches for the protocol, not for fsync,
 * majorities, the use of indexes or fail-over.
 *
 * <p>usage: MongoTestServer HOST PORT FILE|- USER|- PASSWORD|- [CERTIFICATE KEY]. FILE - keeps all in memory, PORT 0 is
 * any; prints "listening PORT" once it takes connections, and ends when its standard input does, so that no server
 * outlives its test. CLOCK_FILE names a file with the seconds that its clock is ahead, for tests that set the clock of
 * the programs it serves.
 */
public final class MongoTestServer extends H2Backend {
  private static final String CLOCK_FILE = System.getenv("CLOCK_FILE");
  private static final Set<String> WITHOUT_LOGIN =
      Set.of("hello", "ismaster", "ping", "buildinfo", "whatsmyuri", "saslstart", "saslcontinue", "endsessions");
  private static final Set<String> WRITES =
      Set.of("insert", "update", "delete", "findandmodify", "create", "createindexes", "drop", "dropindexes", "dropdatabase", "aggregate");

  private final MVStore store;
  private final Scram scram; // null: no password
  private final FailPoint failPoint = new FailPoint();

  private MongoTestServer(MVStore store, Scram scram) {
    super(store);
    this.store = store;
    this.scram = scram;
    store.setRetentionTime(0);
  }

  @Override
  public Document handleCommand(Channel channel, String database, String command, Document query) {
    String name = command.toLowerCase(Locale.ROOT);
    if (!WITHOUT_LOGIN.contains(name)) requireLogin(channel, command);
    switch (name) {
      case "saslstart":
      case "saslcontinue":
        if (scram == null) throw Scram.denied();
        return name.equals("saslstart") ? scram.start(channel, query) : scram.proceed(channel, query);
      case "endsessions":
        return new Document("ok", 1.0);
      case "hello":
      case "ismaster":
        return hello(channel, database, query);
      case "configurefailpoint":
        return failPoint.configure(query);
      default:
        return failPoint.run(channel, name, () -> WRITES.contains(name) ? write(channel, database, command, query) : super.handleCommand(channel, database, command, query));
    }
  }

  @Override
  public QueryResult handleQuery(MongoQuery query) {
    requireLogin(query.getChannel(), "query");
    return super.handleQuery(query);
  }

  private void requireLogin(Channel channel, String command) {
    if (scram == null || scram.isLoggedIn(channel)) return;
    throw new MongoServerError(13, "Unauthorized", "command " + command + " requires authentication");
  }

  private static long clockOffset() {
    try {
      return Long.parseLong(Files.readString(Path.of(CLOCK_FILE)).strip());
    } catch (IOException gone) {
      return 0;
    }
  }

  private Document hello(Channel channel, String database, Document query) {
    Document reply = super.handleCommand(channel, database, "isMaster", query).append("isWritablePrimary", true);
    if (scram != null && query.containsKey("saslSupportedMechs")) {
      reply.append("saslSupportedMechs", List.of("SCRAM-SHA-256"));
    }
    if (CLOCK_FILE != null) reply.put("localTime", Instant.now().plusSeconds(clockOffset()));
    return reply;
  }

  /** One at a time, in the file before it is answered. */
  private synchronized Document write(Channel channel, String database, String command, Document query) {
    try {
      Document reply = super.handleCommand(channel, database, command, query);
      if (command.equals("insert")) correctCount(query, reply);
      return reply;
    } finally {
      store.commit();
    }
  }

  /** The library counts the refused documents too. */
  private static void correctCount(Document query, Document reply) {
    if (!(reply.get("writeErrors") instanceof List) || !(reply.get("n") instanceof Number)) return;
    List<?> errors = (List<?>) reply.get("writeErrors");
    int inserted = ((List<?>) query.get("documents")).size() - errors.size();
    boolean stopsAtFirst = !Boolean.FALSE.equals(query.get("ordered"));
    if (stopsAtFirst) inserted = ((Number) ((Document) errors.get(0)).get("index")).intValue();
    reply.put("n", inserted);
  }

  private static X509Certificate readCertificate(String file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static PrivateKey readKey(String file) throws IOException, GeneralSecurityException {
    String base64 = Files.readString(Path.of(file)).replaceAll("-----[^-]*-----", "");
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
  }

  public static void main(String[] arguments) throws Exception {
    MVStore.Builder builder = new MVStore.Builder().autoCommitDisabled();
    if (!arguments[2].equals("-")) builder.fileName(arguments[2]);
    Scram scram = arguments[3].equals("-") ? null : new Scram(arguments[3], arguments[4]);
    MongoServer server = new MongoServer(new MongoTestServer(builder.open(), scram));
    if (arguments.length > 6) server.enableSsl(readKey(arguments[6]), null, readCertificate(arguments[5]));
    server.bind(arguments[0], Integer.parseInt(arguments[1]));
    System.out.println("listening " + server.getLocalAddress().getPort());
    System.out.flush();
    while (System.in.read() >= 0) {}
    server.shutdownNow();
    System.exit(0);
  }
}
