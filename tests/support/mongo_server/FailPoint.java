import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The part of MongoDB's own test command {configureFailPoint: "failCommand"} that our tests use: mode {times: n} or
 * "off"; data.failCommands; one of data.errorCode (refused before anything is done), data.writeConcernError (done, but
 * the write concern was not met), data.closeConnection (nothing is done, no answer). And one that MongoDB lacks:
 * data.loseAnswer (done, no answer).
 */
final class FailPoint {
  private Document data;
  private int timesLeft;

  synchronized Document configure(Document command) {
    Object mode = command.get("mode");
    timesLeft = mode instanceof Document ? ((Number) ((Document) mode).get("times")).intValue() : 0;
    data = (Document) command.get("data");
    return new Document("ok", 1.0);
  }

  /** Runs the command, unless it is to fail, and spoils its answer, if that is to be spoilt. */
  Document run(Channel channel, String name, Supplier<Document> command) {
    Document fault = take(name);
    if (fault == null) return command.get();
    if (fault.containsKey("errorCode")) {
      throw new MongoServerError(((Number) fault.get("errorCode")).intValue(), "failed by the fail point");
    }
    if (Boolean.TRUE.equals(fault.get("closeConnection"))) return close(channel);
    Document reply = command.get();
    if (Boolean.TRUE.equals(fault.get("loseAnswer"))) return close(channel);
    reply.append("writeConcernError", fault.get("writeConcernError"));
    return reply;
  }

  private static Document close(Channel channel) {
    channel.close().syncUninterruptibly();
    return new Document("ok", 1.0);
  }

  private synchronized Document take(String name) {
    if (timesLeft == 0) return null;
    boolean isMeant = ((List<?>) data.get("failCommands")).stream().anyMatch(each -> ((String) each).toLowerCase(Locale.ROOT).equals(name));
    if (!isMeant) return null;
    timesLeft--;
    return data;
  }
}
