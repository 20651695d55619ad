package io.wkmq.broker.clients;

import static io.wkmq.broker.clients.NodeUnderTest.name;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends messages from client to client, with every library over every transport. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class RoundTripTest {
    @RegisterExtension
    final NodeUnderTest node = NodeUnderTest.shared();

    private static final int MESSAGES = 1000;
    /** How many may be on their way: less than any library takes. */
    private static final int WINDOW = 100;

    /** MQTT 3.1 over TCP only: it is the library of 3.1.1, whose transports are tried. */
    static Stream<Arguments> everyLibraryOverEveryTransport() {
        return Arrays.stream(Library.values())
                .flatMap(library -> Arrays.stream(Transport.values())
                        .filter(transport -> library != Library.PAHO_3_1 || transport == Transport.TCP)
                        .map(transport -> Arguments.of(library, transport)));
    }

    @ParameterizedTest
    @MethodSource("everyLibraryOverEveryTransport")
    void everyMessageArrivesOnceAndInOrder(Library library, Transport transport) throws Exception {
        LibraryClient publisher = node.connected(library, node.address(transport), Settings.of(name("from")));
        LibraryClient subscriber = node.connected(library, node.address(transport), Settings.of(name("to")));

        assertArrivesOnceAndInOrder(publisher, subscriber);
    }

    @ParameterizedTest
    @CsvSource({
        "PAHO_5, HIVEMQ_3_1_1",
        "HIVEMQ_5, PAHO_3_1",
        "PAHO_3_1_1, HIVEMQ_5",
        "HIVEMQ_3_1_1, PAHO_5",
        "PAHO_3_1, PAHO_3_1_1"
    })
    void alsoBetweenLibrariesAndVersions(Library from, Library to) throws Exception {
        LibraryClient publisher = node.connected(from, Settings.of(name("from")));
        LibraryClient subscriber = node.connected(to, Settings.of(name("to")));

        assertArrivesOnceAndInOrder(publisher, subscriber);
    }

    private static void assertArrivesOnceAndInOrder(LibraryClient publisher, LibraryClient subscriber)
            throws InterruptedException {
        for (int qos = 0; qos <= 2; qos++) {
            String topic = name("round/trip/");
            subscriber.subscribe(topic, qos);

            publishAll(publisher, topic, qos);

            LibraryClient.await(publisher.publish(Letter.of(topic, "end", qos)));
            List<String> texts = subscriber.inbox().textsUntil("end");
            assertThat(texts)
                    .as("QoS %d", qos)
                    .isEqualTo(IntStream.range(0, MESSAGES)
                            .mapToObj(Integer::toString)
                            .toList());
        }
    }

    private static void publishAll(LibraryClient publisher, String topic, int qos) throws InterruptedException {
        Semaphore window = new Semaphore(WINDOW);
        CompletableFuture<?>[] acknowledged = new CompletableFuture<?>[MESSAGES];
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(window.tryAcquire(Inbox.LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                    .as("acknowledged before message %d", i)
                    .isTrue();
            acknowledged[i] = publisher
                    .publish(Letter.of(topic, Integer.toString(i), qos))
                    .whenComplete((done, failure) -> window.release());
        }
        LibraryClient.await(CompletableFuture.allOf(acknowledged));
    }
}
