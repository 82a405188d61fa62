import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677) for one user with an ASCII name and password. */
final class Scram {
  private static final AttributeKey<String> USER = AttributeKey.valueOf("user");
  private static final AttributeKey<String> FIRST_MESSAGES = AttributeKey.valueOf("first messages");
  private static final int ITERATIONS = 4096;
  private static final int NONCE_BYTES = 24;
  private static final String GS2_HEADER = "n,,";

  private final String user;
  private final SecureRandom random = new SecureRandom();
  private final byte[] salt = new byte[28];
  private final byte[] saltedPassword;

  Scram(String user, String password) throws GeneralSecurityException {
    this.user = user;
    random.nextBytes(salt);
    PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, 256);
    saltedPassword = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
  }

  boolean isLoggedIn(Channel channel) {
    return channel.attr(USER).get() != null;
  }

  Document start(Channel channel, Document command) {
    if (!"SCRAM-SHA-256".equals(command.get("mechanism"))) {
      throw new MongoServerError(334, "MechanismUnavailable", "only SCRAM-SHA-256");
    }
    String clientFirst = payloadOf(command).substring(GS2_HEADER.length());
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    String serverFirst = "r=" + attributes(clientFirst).get("r") + base64(nonce) + ",s=" + base64(salt) + ",i=" + ITERATIONS;
    channel.attr(FIRST_MESSAGES).set(clientFirst + "," + serverFirst);
    channel.attr(USER).set(null);
    return reply(serverFirst, false);
  }

  Document proceed(Channel channel, Document command) {
    String firstMessages = channel.attr(FIRST_MESSAGES).getAndSet(null);
    if (firstMessages == null) {
      // The empty round with which the dialogue ends.
      if (isLoggedIn(channel)) return reply("", true);
      throw denied();
    }
    try {
      String signature = verify(firstMessages, payloadOf(command));
      channel.attr(USER).set(user);
      return reply("v=" + signature, true);
    } catch (GeneralSecurityException | IllegalArgumentException | NullPointerException e) {
      throw denied();
    }
  }

  /** The server's signature, when the client's proof is that of the password. */
  private String verify(String firstMessages, String clientFinal) throws GeneralSecurityException {
    Map<String, String> first = attributes(firstMessages);
    Map<String, String> last = attributes(clientFinal);
    String message = firstMessages + "," + clientFinal.substring(0, clientFinal.lastIndexOf(",p="));
    byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(hmac(saltedPassword, "Client Key"));
    byte[] clientKey = hmac(storedKey, message);
    byte[] proof = Base64.getDecoder().decode(last.get("p"));
    for (int i = 0; i < proof.length; i++) clientKey[i] ^= proof[i];
    byte[] proved = MessageDigest.getInstance("SHA-256").digest(clientKey);
    int nonce = firstMessages.lastIndexOf(",r=") + 3;
    String serverNonce = firstMessages.substring(nonce, firstMessages.indexOf(",s=", nonce));
    boolean isRight = user.equals(first.get("n")) && serverNonce.equals(last.get("r")) && MessageDigest.isEqual(proved, storedKey);
    if (!isRight) throw denied();
    return base64(hmac(hmac(saltedPassword, "Server Key"), message));
  }

  static MongoServerError denied() {
    return new MongoServerError(18, "AuthenticationFailed", "Authentication failed.");
  }

  private static byte[] hmac(byte[] key, String message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** "n=user,r=nonce" as a map; of a letter that comes twice, the first. */
  private static Map<String, String> attributes(String message) {
    Map<String, String> found = new HashMap<>();
    for (String part : message.split(",")) {
      if (part.length() > 1 && part.charAt(1) == '=') found.putIfAbsent(part.substring(0, 1), part.substring(2));
    }
    return found;
  }

  private static String payloadOf(Document command) {
    Object payload = command.get("payload");
    byte[] bytes = payload instanceof BinData ? ((BinData) payload).getData() : (byte[]) payload;
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Document reply(String payload, boolean done) {
    return new Document("conversationId", 1)
        .append("done", done)
        .append("payload", new BinData(payload.getBytes(StandardCharsets.UTF_8)))
        .append("ok", 1.0);
  }
}
