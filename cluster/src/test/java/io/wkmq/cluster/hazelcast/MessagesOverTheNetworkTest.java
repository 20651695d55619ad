package io.wkmq.cluster.hazelcast;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.membership.UnreachableException;
import io.wkmq.routing.NodeId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class MessagesOverTheNetworkTest {
    private static TestNode a;
    private static TestNode b;
    private static TestNode c;

    @BeforeAll
    static void startThree() {
        a = TestNode.start("a");
        b = TestNode.start("b", a.port());
        c = TestNode.start("c", a.port());
        for (TestNode node : List.of(a, b, c)) {
            node.membership.messenger().answer(Service.ROUTES, (from, request) -> {
                ByteBuffer answer = ByteBuffer.allocate(16 + request.length);
                answer.putLong(from.value().getMostSignificantBits());
                answer.putLong(from.value().getLeastSignificantBits());
                return CompletableFuture.completedFuture(answer.put(request).array());
            });
        }
        a.awaitSees("b", "c");
        b.awaitSees("a", "c");
        c.awaitSees("a", "b");
    }

    @AfterAll
    static void stop() {
        List.of(a, b, c).forEach(TestNode::close);
    }

    private static Messenger messenger(TestNode node) {
        return node.membership.messenger();
    }

    private static byte[] get(CompletionStage<byte[]> answer) throws Exception {
        return answer.toCompletableFuture().get(30, SECONDS);
    }

    @Test
    void everyNodeAsksEveryOtherAndIsKnownToIt() throws Exception {
        for (TestNode from : List.of(a, b, c)) {
            for (TestNode to : List.of(a, b, c)) {
                if (from != to) {
                    ByteBuffer answer =
                            ByteBuffer.wrap(get(messenger(from).ask(to.id(), Service.ROUTES, new byte[] {7})));
                    assertThat(new NodeId(new UUID(answer.getLong(), answer.getLong())))
                            .isEqualTo(from.id());
                    assertThat(answer.get()).isEqualTo((byte) 7);
                }
            }
        }
    }

    static void exchangeBigMessages(TestNode from, TestNode to) throws Exception {
        messenger(to).answer(Service.RETAINED, (asker, request) -> CompletableFuture.completedFuture(request));
        byte[] request = new byte[Messenger.MESSAGE_BYTES_MAX];
        new Random(1).nextBytes(request);
        for (int i = 0; i < 20; i++) {
            assertThat(get(messenger(from).ask(to.id(), Service.RETAINED, request)))
                    .isEqualTo(request);
        }
    }

    @Test
    void theBiggestMessageArrives() throws Exception {
        byte[] request = new byte[Messenger.MESSAGE_BYTES_MAX - 16];
        request[request.length - 1] = 42;

        byte[] answer = get(messenger(a).ask(c.id(), Service.ROUTES, request));

        assertThat(answer).hasSize(Messenger.MESSAGE_BYTES_MAX);
        assertThat(answer[answer.length - 1]).isEqualTo((byte) 42);
    }

    @Test
    void whatIsUnknownIsUnreachable() {
        assertThatThrownBy(() -> get(messenger(a).ask(b.id(), Service.RETAINED, new byte[1])))
                .hasCauseInstanceOf(UnreachableException.class)
                .hasMessageContaining("it has no service");
        assertThatThrownBy(() -> get(messenger(a).ask(new NodeId(UUID.randomUUID()), Service.ROUTES, new byte[1])))
                .hasCauseInstanceOf(UnreachableException.class)
                .hasMessageContaining("it is not here");
    }

    @Test
    void aNodeThatGoesWhileItIsAskedIsUnreachableBeforeTheTimeLimit() {
        TestNode d = TestNode.start("d", a.port());
        CountDownLatch asked = new CountDownLatch(1);
        messenger(d).answer(Service.SESSIONS, (from, request) -> {
            asked.countDown();
            return new CompletableFuture<>();
        });
        try (d) {
            b.awaitSees("a", "c", "d");
            CompletionStage<byte[]> answer = messenger(b).ask(d.id(), Service.SESSIONS, new byte[1]);
            assertThatThrownBy(() -> {
                        assertThat(asked.await(20, SECONDS)).isTrue();
                        d.close();
                        get(answer);
                    })
                    .hasCauseInstanceOf(UnreachableException.class);
        }
    }

    @Test
    void whoeverWaitsForAnswersMaySendAsFastAsTheyCome() throws Exception {
        int count = 50_000;
        Semaphore window = new Semaphore(512);
        AtomicInteger wrong = new AtomicInteger();
        for (int i = 0; i < count; i++) {
            assertThat(window.tryAcquire(20, SECONDS)).isTrue();
            int number = i;
            messenger(a)
                    .ask(
                            b.id(),
                            Service.ROUTES,
                            ByteBuffer.allocate(4).putInt(i).array())
                    .whenComplete((answer, failure) -> {
                        if (failure != null || ByteBuffer.wrap(answer).getInt(16) != number) {
                            wrong.incrementAndGet();
                        }
                        window.release();
                    });
        }
        assertThat(window.tryAcquire(512, 20, SECONDS)).isTrue();
        assertThat(wrong).hasValue(0);
    }
}
