package io.wkmq.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.discovery.Discovery;
import io.wkmq.cluster.discovery.DiscoveryStrategy;
import io.wkmq.cluster.discovery.Found;
import io.wkmq.cluster.discovery.Pace;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
final class OpeningTest {
    @TempDir
    private Path directory;

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch lockComes = new CountDownLatch(1);
    private Discovery discovery;

    private final class Locking implements DiscoveryStrategy {
        @Override
        public String name() {
            return "locking";
        }

        @Override
        public Found discover() {
            return Found.of(List.of());
        }

        @Override
        public boolean lock() throws InterruptedException {
            lockComes.await();
            events.add("locked");
            return true;
        }

        @Override
        public void unlock() {
            events.add("unlocked");
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void start() throws IOException {
        discovery = new Discovery(
                new Locking(),
                directory.resolve("peers"),
                0,
                Pace.upTo(Duration.ofSeconds(30)),
                Clock.systemUTC(),
                new Random(1));
    }

    @AfterEach
    void stop() {
        lockComes.countDown();
        discovery.close();
    }

    @Test
    void theLockIsGivenBackOnceTheNodeIsIn() {
        lockComes.countDown();

        new Opening(discovery, Duration.ofSeconds(10)).enter(true, () -> events.add("entered"));

        Await.until("it is given back", () -> events.equals(List.of("locked", "entered", "unlocked")));
    }

    @Test
    void aLockThatComesTooLateIsGivenBack() {
        Thread late = new Thread(() -> {
            Await.until("the node went on without", () -> events.contains("entered"));
            lockComes.countDown();
        });
        late.start();

        new Opening(discovery, Duration.ofMillis(10)).enter(true, () -> events.add("entered"));

        Await.until("it is given back", () -> events.equals(List.of("entered", "locked", "unlocked")));
    }

    @Test
    void whoeverWaitsIsToldOfAnyFailure() {
        Opening opening = new Opening(discovery, Duration.ofMillis(10));
        RuntimeException bug = new IllegalArgumentException("no such thing");

        assertThatThrownBy(() -> opening.enter(false, () -> {
                    throw bug;
                }))
                .isSameAs(bug);

        assertThat(opening.done())
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .havingRootCause()
                .isSameAs(bug);
        assertThat(events).isEmpty();
    }

    @Test
    void whoeverWaitsIsToldThatTheNodeStops() {
        Opening opening = new Opening(discovery, Duration.ofMillis(10));

        opening.close();

        assertThat(opening.done())
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withMessageContaining("The node stops");
    }
}
