package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.NotAppendedException;
import io.wkmq.channel.Receipt;
import io.wkmq.routing.Message;
import io.wkmq.routing.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the fate of messages on a topic that a channel captures. */
class CapturedMessagesTest {
    private final MemoryStore store = new MemoryStore();
    private final TestNode node = TestNode.with(store);
    private final TestClient publisher = node.client("p").connect();
    private final List<CompletableFuture<Receipt>> appends = new ArrayList<>();

    @BeforeEach
    void capture() {
        node.channels.put("t", (message, scope) -> {
            CompletableFuture<Receipt> append = new CompletableFuture<>();
            appends.add(append);
            return append;
        });
    }

    private TestClient subscriber() {
        return node.client("s").connect().subscribe("t", AT_LEAST_ONCE);
    }

    private void append(int place, long seq, boolean duplicate) {
        appends.get(place).complete(new Receipt("plant", seq, 1, TestNode.START_MS, duplicate));
        node.run();
    }

    private void refuse(int place, NotAppendedException.Reason reason) {
        appends.get(place).completeExceptionally(new NotAppendedException(reason, "made by the test", null));
        node.run();
    }

    @Test
    void qos0ReachesSubscribersAlsoIfTheChannelDoesNotTakeIt() {
        TestClient subscriber = subscriber();

        publisher.publish("t", AT_MOST_ONCE, 0, "a");
        refuse(0, NotAppendedException.Reason.UNAVAILABLE);

        assertThat(subscriber.packets()).containsExactly("PUBLISH t q0 a");
    }

    @Test
    void aWillReachesSubscribersAlsoIfTheChannelDoesNotTakeIt() {
        TestClient subscriber = subscriber();
        TestClient client =
                node.client("c").will(TestClient.will("t", "gone", 0)).connect();

        client.lose();
        refuse(0, NotAppendedException.Reason.BUSY);

        assertThat(subscriber.packets()).containsExactly("PUBLISH t q1 #1 gone");
    }

    @Test
    void theWillOfAClientWhoseNodeDiedHasTheNamesOfItsUser() {
        List<String> scopes = new ArrayList<>();
        node.channels.put("t", (message, scope) -> {
            scopes.add(scope);
            return new CompletableFuture<>();
        });

        Will will = TestClient.will("t", "gone", 0);
        node.sessions.publishWill("c", will.by("operator"), () -> {});
        node.sessions.publishWill("c", will, () -> {});
        node.run();

        assertThat(scopes).containsExactly("user:operator", "client:c");
    }

    @Test
    void theWillThatOthersLookAfterIsTheUsers() {
        Will will = TestClient.will("t", "gone", 0);
        assertThat(new ConnectRequest("c", "operator", true, 0, 10, will).will())
                .isEqualTo(will.by("operator"));
        assertThat(Samples.fullSession("c").will()).extracting(Will::userName).isEqualTo("user of c");
    }

    @Test
    void whatItsPublisherIsToSendAgainReachesNobodyBefore() {
        TestClient subscriber = subscriber();

        publisher.publish("t", AT_LEAST_ONCE, 5, "a");
        refuse(0, NotAppendedException.Reason.BUSY);

        assertThat(publisher.packets()).containsExactly("PUBACK 5 QUOTA_EXCEEDED");
        assertThat(subscriber.packets()).isEmpty();
    }

    private String retained() {
        Message kept = Objects.requireNonNull(
                node.retained.matching(TopicFilter.of("t")).next());
        return new String(kept.payload(), StandardCharsets.UTF_8);
    }

    @Test
    void aMessageThatIsSentAgainDoesNotReplaceANewerRetainedOne() {
        publisher.publish("t", AT_LEAST_ONCE, 1, "a", true, -1).publish("t", AT_LEAST_ONCE, 2, "b", true, -1);
        append(0, 1, false);
        append(1, 2, false);

        publisher.publish("t", AT_LEAST_ONCE, 3, "a", true, -1);
        append(2, 1, true);

        assertThat(retained()).isEqualTo("b");
        assertThat(publisher.packets()).hasSize(3);
    }

    @Test
    void aMessageThatIsSentAgainDoesNotComeBackAfterItsRemoval() {
        publisher.publish("t", AT_LEAST_ONCE, 1, "a", true, -1).publish("t", AT_LEAST_ONCE, 2, "", true, -1);
        append(0, 1, false);
        append(1, 2, false);

        publisher.publish("t", AT_LEAST_ONCE, 3, "a", true, -1);
        append(2, 1, true);

        assertThat(node.retained.matching(TopicFilter.of("t")).next()).isNull();
        assertThat(publisher.packets()).hasSize(3);
    }

    @Test
    void aMessageThatIsSentAgainIsRetainedIfNothingNewerIs() {
        publisher.publish("t", AT_LEAST_ONCE, 1, "a", true, -1);
        append(0, 1, true);

        assertThat(retained()).isEqualTo("a");
    }
}
