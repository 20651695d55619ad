package io.wkmq.broker.clients;

import static io.wkmq.broker.clients.NodeUnderTest.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the features that MQTT 5 adds with the libraries that support it. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class Mqtt5LibrariesTest {
    @RegisterExtension
    final NodeUnderTest node = NodeUnderTest.shared();

    @ParameterizedTest
    @EnumSource(names = {"HIVEMQ_5", "PAHO_5"})
    void propertiesArriveAsTheyWereSent(Library library) {
        String topic = name("properties/");
        LibraryClient publisher = node.connected(library, Settings.of(name("from")));
        LibraryClient subscriber = node.connected(library, Settings.of(name("to")));
        subscriber.subscribe(topic, 2);
        Letter letter = Letter.of(topic, "question", 2)
                .with(new Letter.Extras(
                        List.of("b=1", "a=2", "b=1", "b=", "ключ=значение"),
                        "text/plain",
                        topic + "/answers",
                        "correlation \u0001 42",
                        -1));

        LibraryClient.await(publisher.publish(letter));

        assertThat(subscriber.inbox().next()).isEqualTo(letter);
    }

    @ParameterizedTest
    @EnumSource(names = {"HIVEMQ_5", "PAHO_5"})
    void aRequestFindsItsWayBack(Library library) {
        String requests = name("requests/");
        LibraryClient server = node.connected(library, Settings.of(name("server")));
        server.subscribe(requests, 1);
        LibraryClient asking = node.connected(library, Settings.of(name("asking")));
        String answers = name("answers/");
        asking.subscribe(answers, 1);

        LibraryClient.await(asking.publish(
                Letter.of(requests, "6 * 7", 1).with(new Letter.Extras(List.of(), null, answers, "first", -1))));
        Letter.Extras request = server.inbox().next().extras();
        LibraryClient.await(server.publish(Letter.of(String.valueOf(request.responseTopic()), "42", 1)
                .with(new Letter.Extras(List.of(), null, null, request.correlationData(), -1))));

        Letter answer = asking.inbox().next();
        assertThat(answer.text()).isEqualTo("42");
        assertThat(answer.extras().correlationData()).isEqualTo("first");
    }

    @ParameterizedTest
    @EnumSource(names = {"HIVEMQ_5", "PAHO_5"})
    void messagesExpireWhileTheirReceiverIsAway(Library library) {
        String topic = name("expiry/");
        Settings settings = Settings.staying(name("away"));
        LibraryClient before = node.connected(library, settings);
        before.subscribe(topic, 1);
        before.disconnect();
        LibraryClient publisher = node.connected(library, Settings.of(name("from")));
        LibraryClient clock = node.connected(library, Settings.staying(name("clock")));
        clock.subscribe(topic, 1);

        LibraryClient.await(publisher.publish(Letter.of(topic, "short", 1).with(Letter.Extras.expiry(6))));
        LibraryClient.await(publisher.publish(Letter.of(topic, "long", 1).with(Letter.Extras.expiry(1000))));
        LibraryClient.await(publisher.publish(Letter.of(topic, "for ever", 1)));
        assertThat(clock.inbox().texts(3)).as("for those who are here").containsExactly("short", "long", "for ever");
        long expired = System.nanoTime() + 6_500_000_000L;
        Await.until("the short one has expired", () -> System.nanoTime() - expired > 0);

        LibraryClient after = node.connected(library, settings);
        Letter first = after.inbox().next();
        assertThat(first.text()).isEqualTo("long");
        assertThat(first.extras().expirySeconds()).as("what is left").isBetween(900L, 999L);
        Letter second = after.inbox().next();
        assertThat(second.text()).isEqualTo("for ever");
        assertThat(second.extras().expirySeconds()).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(names = {"HIVEMQ_5", "PAHO_5"})
    void aliasesStandForTopicsInBothDirections(Library library) {
        int messages = 200;
        String topic = name("alias/" + "long".repeat(100));
        Cable cable = node.cable();
        LibraryClient publisher = node.connected(
                library, node.address(cable), Settings.of(name("from")).withAliases(8));
        LibraryClient subscriber = node.connected(
                library,
                node.address(cable),
                Settings.of(name("to")).withAliases(library.understandsAliases() ? 8 : 0));
        subscriber.subscribe(topic, 1);

        for (int i = 0; i < messages; i++) {
            LibraryClient.await(publisher.publish(Letter.of(topic, Integer.toString(i), 1)));
        }

        for (int i = 0; i < messages; i++) {
            assertThat(subscriber.inbox().next()).isEqualTo(Letter.of(topic, Integer.toString(i), 1));
        }
        long spelledOut = (long) messages * topic.length();
        assertThat(cable.bytesUp()).as("bytes to the node").isLessThan(spelledOut / 4);
        if (library.understandsAliases()) {
            assertThat(cable.bytesDown()).as("bytes from the node").isLessThan(spelledOut / 4);
        } else {
            assertThat(cable.bytesDown()).as("bytes from the node").isGreaterThan(spelledOut);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HIVEMQ_5", "PAHO_5"})
    void noMoreThanTheReceiveMaximumIsUnacknowledged(Library library) {
        int window = 5;
        int messages = 200;
        String topic = name("window/");
        LibraryClient subscriber =
                node.connected(library, Settings.of(name("to")).withWindow(window));
        subscriber.subscribe(topic, 1);
        LibraryClient publisher = node.connected(library, Settings.of(name("from")));
        CompletableFuture<?>[] sent = IntStream.range(0, messages)
                .mapToObj(i -> publisher.publish(Letter.of(topic, Integer.toString(i), 1)))
                .toArray(CompletableFuture<?>[]::new);
        LibraryClient.await(CompletableFuture.allOf(sent));

        Queue<Inbox.Arrival> unacknowledged = new ArrayDeque<>();
        int next = 0;
        while (next < messages) {
            while (unacknowledged.size() < window && next < messages) {
                Inbox.Arrival arrival = subscriber.inbox().nextArrival();
                assertThat(arrival.letter().text()).isEqualTo(Integer.toString(next++));
                unacknowledged.add(arrival);
            }
            assertThat(subscriber.inbox().isEmpty())
                    .as("more than %d unacknowledged after message %d", window, next)
                    .isTrue();
            unacknowledged.remove().acknowledge().run();
        }
    }
}
