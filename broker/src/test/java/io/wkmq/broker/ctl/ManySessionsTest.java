package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Qos;
import io.wkmq.session.ClientLink;
import io.wkmq.session.ConnectCallback;
import io.wkmq.session.ConnectRequest;
import io.wkmq.session.Delivery;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.Session;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@SuppressWarnings("NullAway.Init") // JUnit sets the field
class ManySessionsTest {
    private static final int SESSIONS = 100_000;

    @TempDir
    private Path home;

    @Test
    void hundredThousandSessionsAreListedEachOnceInSmallPieces() throws Exception {
        try (ManagedNode node = new ManagedNode(home)) {
            connectAll(node);
            CtlCommands commands = CtlCommands.of(node.parts());
            Set<String> listed = new HashSet<>();
            int[] longest = new int[1];
            int status = commands.run(List.of("sessions", "list"), piece -> {
                longest[0] = Math.max(longest[0], piece.length());
                listed.add(piece.substring("Session(".length(), piece.indexOf(',')));
            });
            assertThat(status).isZero();
            assertThat(listed).hasSize(SESSIONS);
            assertThat(longest[0]).isLessThan(1000);
        }
    }

    private static void connectAll(ManagedNode node) throws InterruptedException {
        CountDownLatch connected = new CountDownLatch(SESSIONS);
        for (int i = 0; i < SESSIONS; i++) {
            String clientId = "client-" + i;
            node.loops
                    .loop(node.sessions.shardOf(clientId))
                    .execute(() -> node.sessions.connect(
                            new ConnectRequest(clientId, null, true, 0, 10, null),
                            new Nowhere(),
                            new Counted(connected)));
        }
        connected.await();
    }

    private record Counted(CountDownLatch connected) implements ConnectCallback {
        @Override
        public void connected(Session session, boolean sessionPresent) {
            connected.countDown();
        }

        @Override
        public void refused(ReasonCode reason, String reasonString) {
            throw new AssertionError(reasonString);
        }
    }

    /** A client that accepts everything. */
    private static final class Nowhere implements ClientLink {
        @Override
        public boolean publish(Delivery delivery, boolean duplicate) {
            return true;
        }

        @Override
        public void acknowledge(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString) {}

        @Override
        public void release(int packetId, ReasonCode reason) {}

        @Override
        public void complete(int packetId, ReasonCode reason) {}

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void close(ReasonCode reason, @Nullable String reasonString) {}
    }
}
