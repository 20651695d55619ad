package io.wkmq.broker.clients;

import static io.wkmq.broker.clients.NodeUnderTest.name;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that libraries which reconnect automatically find everything unchanged when the node comes back. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class RestartTest {
    @RegisterExtension
    final NodeUnderTest node = NodeUnderTest.ofItsOwn();

    private static final int PART = 100;

    @ParameterizedTest
    @EnumSource
    void sessionsOutliveTheNode(Library library) {
        String topic = name("restart/");
        Cable cable = node.cable();
        Address through = node.address(cable);
        Settings away = Settings.staying(name("away"));
        LibraryClient before = node.connected(library, through, away);
        before.subscribe(topic, 2);
        before.disconnect();
        LibraryClient publisher =
                node.connected(library, through, Settings.staying(name("from")).reconnecting());
        LibraryClient subscriber =
                node.connected(library, through, Settings.staying(name("to")).reconnecting());
        subscriber.subscribe(topic, 2);
        LibraryClient.await(publish(publisher, topic, 0));

        cable.unplug();
        node.stop();
        LibraryClient.await(publisher.ended());
        CompletableFuture<Void> whileDown = publish(publisher, topic, PART);
        node.start();
        cable.plugInto(node.address(Transport.TCP).port());

        LibraryClient.await(whileDown);
        assertArrive(library, topic, publisher, subscriber);
        LibraryClient after = node.client(library, through, away);
        assertThat(after.connect()).as("there is a session").isEqualTo(library.tellsOfSessions());
        assertArrive(library, topic, publisher, after);
    }

    private static CompletableFuture<Void> publish(LibraryClient publisher, String topic, int first) {
        List<CompletableFuture<Void>> acknowledged = new ArrayList<>();
        for (int i = first; i < first + PART; i++) {
            acknowledged.add(publisher.publish(Letter.of(topic, Integer.toString(i), 2)));
        }
        return CompletableFuture.allOf(acknowledged.toArray(CompletableFuture<?>[]::new));
    }

    /** Every message is there, in order and once. */
    private static void assertArrive(Library library, String topic, LibraryClient publisher, LibraryClient subscriber) {
        LibraryClient.await(publisher.publish(Letter.of(topic, "end", 2)));
        List<String> texts = subscriber.inbox().textsUntil("end");
        assertThat(library.dropsRepeats() ? texts : List.copyOf(new LinkedHashSet<>(texts)))
                .isEqualTo(
                        IntStream.range(0, 2 * PART).mapToObj(Integer::toString).toList());
    }
}
