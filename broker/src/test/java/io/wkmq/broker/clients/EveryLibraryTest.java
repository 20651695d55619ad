package io.wkmq.broker.clients;

import static io.wkmq.broker.clients.NodeUnderTest.name;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the features common to all versions of MQTT with every library. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class EveryLibraryTest {
    @RegisterExtension
    final NodeUnderTest node = NodeUnderTest.shared();

    private static final int MESSAGES = 100;
    private static final int SESSION_TAKEN_OVER = 0x8E;

    @ParameterizedTest
    @EnumSource
    void aRetainedMessageWaitsForSubscribers(Library library) {
        String topic = name("kept/");
        LibraryClient publisher = node.connected(library, Settings.of(name("from")));
        LibraryClient.await(publisher.publish(Letter.of(topic, "old", 1).retained()));
        LibraryClient.await(publisher.publish(Letter.of(topic, "new", 1).retained()));

        LibraryClient subscriber = node.connected(library, Settings.of(name("to")));
        subscriber.subscribe(topic, 1);
        assertThat(subscriber.inbox().next())
                .isEqualTo(Letter.of(topic, "new", 1).retained());

        LibraryClient.await(publisher.publish(Letter.of(topic, "live", 1).retained()));
        assertThat(subscriber.inbox().next())
                .as("to those who have subscribed it is a message as any other")
                .isEqualTo(Letter.of(topic, "live", 1));

        LibraryClient.await(publisher.publish(Letter.of(topic, "", 1).retained()));
        LibraryClient late = node.connected(library, Settings.of(name("late")));
        late.subscribe(topic, 1);
        LibraryClient.await(publisher.publish(Letter.of(topic, "after", 1)));
        assertThat(late.inbox().next().text()).isEqualTo("after");
    }

    @ParameterizedTest
    @EnumSource
    void aWillIsPublishedWhenTheConnectionBreaksAndOnlyThen(Library library) {
        String topic = name("gone/");
        LibraryClient watcher = node.connected(library, Settings.of(name("watcher")));
        watcher.subscribe(topic, 1);
        LibraryClient polite =
                node.connected(library, Settings.of(name("polite")).withWill(Letter.of(topic, "polite", 1)));
        Cable cable = node.cable();
        LibraryClient broken = node.connected(
                library, node.address(cable), Settings.of(name("broken")).withWill(Letter.of(topic, "broken", 1)));

        polite.disconnect();
        cable.unplug();

        assertThat(watcher.inbox().next()).isEqualTo(Letter.of(topic, "broken", 1));
        assertThat(LibraryClient.await(broken.ended())).isEqualTo(LibraryClient.NOTHING_SAID);
    }

    @ParameterizedTest
    @EnumSource
    void aSessionThatStaysKeepsWhatCameMeanwhile(Library library) {
        String topic = name("meanwhile/");
        Settings settings = Settings.staying(name("away"));
        LibraryClient before = node.client(library, settings);
        assertThat(before.connect()).as("there is a session").isFalse();
        before.subscribe(topic, 2);
        before.disconnect();
        LibraryClient publisher = node.connected(library, Settings.of(name("from")));
        for (int i = 0; i < MESSAGES; i++) {
            LibraryClient.await(publisher.publish(Letter.of(topic, Integer.toString(i), i % 3)));
        }

        LibraryClient after = node.client(library, settings);
        assertThat(after.connect()).as("there is a session").isEqualTo(library.tellsOfSessions());

        List<Letter> letters =
                IntStream.range(0, MESSAGES).mapToObj(i -> after.inbox().next()).toList();
        for (int qos = 0; qos <= 2; qos++) {
            int same = qos; // in order are those of the same QoS
            assertThat(letters.stream().filter(letter -> letter.qos() == same).map(Letter::text))
                    .as("QoS %d", qos)
                    .containsExactlyElementsOf(IntStream.range(0, MESSAGES)
                            .filter(i -> i % 3 == same)
                            .mapToObj(Integer::toString)
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aShareGroupGetsEachMessageOnce(Library library) {
        String topic = name("work/");
        List<LibraryClient> members = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            LibraryClient member = node.connected(library, Settings.of(name("member")));
            member.subscribe("$share/group/" + topic, 1);
            member.subscribe(topic + "/end", 1);
            members.add(member);
        }
        LibraryClient publisher = node.connected(library, Settings.of(name("from")));
        for (String number : numbers()) {
            LibraryClient.await(publisher.publish(Letter.of(topic, number, 1)));
        }
        LibraryClient.await(publisher.publish(Letter.of(topic + "/end", "end", 1)));

        List<String> all = new ArrayList<>();
        for (LibraryClient member : members) {
            List<String> part = member.inbox().textsUntil("end");
            assertThat(part).as("one member's part").isNotEmpty().isSortedAccordingTo(EveryLibraryTest::byNumber);
            all.addAll(part);
        }
        assertThat(all).containsExactlyInAnyOrderElementsOf(numbers());
    }

    @ParameterizedTest
    @EnumSource
    void aSecondClientWithTheSameIdEndsTheFirst(Library library) {
        String topic = name("same/");
        Settings settings = Settings.staying(name("same"));
        LibraryClient first = node.connected(library, settings);
        first.subscribe(topic, 1);

        LibraryClient second = node.client(library, settings);
        assertThat(second.connect()).as("there is a session").isEqualTo(library.tellsOfSessions());

        assertThat(LibraryClient.await(first.ended()))
                .isEqualTo(library.tellsOfReasons() ? SESSION_TAKEN_OVER : LibraryClient.NOTHING_SAID);
        LibraryClient.await(second.publish(Letter.of(topic, "mine now", 1)));
        assertThat(second.inbox().next().text()).isEqualTo("mine now");
    }

    private static List<String> numbers() {
        return IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList();
    }

    private static int byNumber(String a, String b) {
        return Integer.compare(Integer.parseInt(a), Integer.parseInt(b));
    }
}
