package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.benchmarks.load.LyingBroker.Lie;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A broker that does not keep its promises is found out. */
class LyingBrokerTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void subscriptionsThatDoNotMatchAreFound() throws IOException {
        expectFailure("subs -n 20 -c 2 --samples 5", "\"subscribed\":20,", "\"lost\":5,", Lie.DELIVERS_NOTHING);
    }

    @Test
    void messagesForOthersAreFound() throws IOException {
        expectFailure("subs -n 20 -c 2 --samples 4", "\"lost\":0,", "\"astray\":[1-4],");
    }

    @Test
    void messagesThatComeTwiceAreFound() throws IOException {
        expectFailure("subs -n 20 -c 1 --samples 5", "\"lost\":0,", "\"duplicates\":[1-5],", Lie.DELIVERS_TWICE);
    }

    @Test
    void subscriptionsThatAreGrantedLessAreFound() throws IOException {
        expectFailure(
                "subs -n 20 -c 2 --samples 5", "\"subscribed\":0,", "\"subscriptions_refused\":20,", Lie.GRANTS_LESS);
    }

    @Test
    void retainedMessagesThatAreNotKeptAreFound() throws IOException {
        expectFailure("retain -n 10", "\"stored\":10,", "\"lost\":10,");
    }

    @Test
    void messagesThatAreNotQueuedAreFound() throws IOException {
        expectFailure("offline -n 10 -S 2", "\"queued\":10,", "\"lost\":10,");
    }

    @Test
    void visitorsThatAreRefusedAreFound() throws IOException {
        expectFailure(
                "churn -d 6 --connects 50 -c 1 -q 1", "\"command\":\"churn\"", "\"failed\":[1-9]", Lie.REFUSES_LATER);
    }

    @Test
    void aWindowToSubscribersThatGetNothingOpensAgain() throws IOException {
        expectFailure("pubsub -d 9 --window 2 -q 1", "\"delivered\":0,", "\"unconfirmed\":0,", Lie.DELIVERS_NOTHING);
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("\"published\":2,");
    }

    private void expectFailure(String line, String one, String pattern, Lie... lies) throws IOException {
        try (LyingBroker broker = LyingBroker.start(lies)) {
            String[] words = (line + " -V 4 -h 127.0.0.1 --json --patience 7 -p " + broker.port()).split(" ");
            int status = LoadMain.run(words, print(out), print(err));

            assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains(one, "\"passed\":false")
                    .containsPattern(pattern);
            assertThat(status).isEqualTo(LoadMain.FAILED);
        }
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }
}
