package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.membership.UnreachableException;
import io.wkmq.routing.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class OperationMessengerTest {
    private final NodeId a = new NodeId(UUID.randomUUID());
    private final NodeId b = new NodeId(UUID.randomUUID());
    private final AtomicLong nanos = new AtomicLong();
    private final Deque<MessageOperation> fromA = new ArrayDeque<>();
    private final Deque<MessageOperation> fromB = new ArrayDeque<>();
    private boolean reachable = true;
    private final OperationMessenger asker = messenger(fromA);
    private final OperationMessenger answerer = messenger(fromB);

    private OperationMessenger messenger(Deque<MessageOperation> wire) {
        return new OperationMessenger(
                (node, message) -> reachable && wire.add(message), Duration.ofSeconds(5), nanos::get);
    }

    private void carry() {
        while (!fromA.isEmpty()) {
            answerer.received(a, fromA.remove());
        }
        while (!fromB.isEmpty()) {
            asker.received(b, fromB.remove());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertAnswered(CompletionStage<byte[]> answer, String text) {
        assertThat(answer.toCompletableFuture()).isCompleted();
        assertThat(answer.toCompletableFuture().join()).isEqualTo(bytes(text));
    }

    private static void assertUnreachable(CompletionStage<byte[]> answer, String reason) {
        assertThat(answer.toCompletableFuture())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(UnreachableException.class)
                .withMessageContaining(reason);
    }

    @Test
    void anAnswerFindsItsRequest() {
        answerer.answer(Service.ROUTES, (from, request) -> {
            assertThat(from).isEqualTo(a);
            return CompletableFuture.completedFuture(bytes("to " + new String(request, StandardCharsets.UTF_8)));
        });
        CompletionStage<byte[]> first = asker.ask(b, Service.ROUTES, bytes("first"));
        CompletionStage<byte[]> second = asker.ask(b, Service.ROUTES, bytes("second"));

        carry();

        assertAnswered(first, "to first");
        assertAnswered(second, "to second");
    }

    @Test
    void anAnswerMayTakeTime() {
        CompletableFuture<byte[]> later = new CompletableFuture<>();
        answerer.answer(Service.ROUTES, (from, request) -> later);
        CompletionStage<byte[]> answer = asker.ask(b, Service.ROUTES, bytes("x"));
        carry();
        assertThat(answer.toCompletableFuture()).isNotDone();

        later.complete(bytes("y"));
        carry();

        assertAnswered(answer, "y");
    }

    @Test
    void aServiceThatNobodyAnswersForIsUnreachable() {
        CompletionStage<byte[]> answer = asker.ask(b, Service.RETAINED, bytes("x"));

        carry();

        assertUnreachable(answer, "it has no service 4");
    }

    @Test
    void anAnswererThatThrowsLeavesTheOtherWithoutAnAnswerButWithAReason() {
        answerer.answer(Service.ROUTES, (from, request) -> {
            throw new IllegalStateException("out of order");
        });
        answerer.answer(
                Service.SESSIONS,
                (from, request) -> CompletableFuture.failedStage(new IllegalStateException("broken")));
        CompletionStage<byte[]> thrown = asker.ask(b, Service.ROUTES, bytes("x"));
        CompletionStage<byte[]> failed = asker.ask(b, Service.SESSIONS, bytes("x"));

        carry();

        assertUnreachable(thrown, "out of order");
        assertUnreachable(failed, "broken");
    }

    @Test
    void anAnswerThatIsTooBigIsNone() {
        answerer.answer(
                Service.ROUTES,
                (from, request) -> CompletableFuture.completedFuture(new byte[Messenger.MESSAGE_BYTES_MAX + 1]));
        CompletionStage<byte[]> answer = asker.ask(b, Service.ROUTES, bytes("x"));

        carry();

        assertUnreachable(answer, "expected up to " + Messenger.MESSAGE_BYTES_MAX);
    }

    @Test
    void aRequestThatIsTooBigIsTheCallersFault() {
        byte[] request = new byte[Messenger.MESSAGE_BYTES_MAX + 1];

        assertThat(asker.ask(b, Service.ROUTES, request).toCompletableFuture())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(IllegalArgumentException.class)
                .withMessageContaining("expected up to " + Messenger.MESSAGE_BYTES_MAX);
    }

    @Test
    void aRequestThatCannotBeSentFails() {
        OperationMessenger broken = new OperationMessenger(
                (node, message) -> {
                    throw new IllegalStateException("no wire");
                },
                Duration.ofSeconds(5),
                System::nanoTime);
        assertUnreachable(broken.ask(b, Service.ROUTES, bytes("x")), "no wire");
    }

    @Test
    void aNodeThatIsNotHereIsUnreachableAtOnce() {
        reachable = false;

        assertUnreachable(asker.ask(b, Service.ROUTES, bytes("x")), "it is not here");
    }

    @Test
    void aNodeThatGoesLeavesItsRequestsUnansweredAndNoOthers() {
        CompletionStage<byte[]> toB = asker.ask(b, Service.ROUTES, bytes("x"));
        CompletionStage<byte[]> toA = asker.ask(a, Service.ROUTES, bytes("x"));

        asker.gone(b);

        assertUnreachable(toB, "it is gone");
        assertThat(toA.toCompletableFuture()).isNotDone();
    }

    @Test
    void anAnswerAfterTheTimeLimitIsDropped() {
        answerer.answer(Service.ROUTES, (from, request) -> CompletableFuture.completedFuture(request));
        CompletionStage<byte[]> answer = asker.ask(b, Service.ROUTES, bytes("x"));
        nanos.addAndGet(Duration.ofSeconds(5).toNanos() - 1);
        asker.expire();
        assertThat(answer.toCompletableFuture()).isNotDone();

        nanos.addAndGet(1);
        asker.expire();
        carry();

        assertUnreachable(answer, "within PT5S");
    }

    @Test
    void theAnswerOfAnotherNodeThanTheOneAskedIsDropped() {
        CompletionStage<byte[]> answer = asker.ask(b, Service.ROUTES, bytes("x"));
        long number = fromA.remove().number();

        asker.received(a, new MessageOperation(MessageOperation.ANSWER, 2, number, bytes("forged")));

        assertThat(answer.toCompletableFuture()).isNotDone();
    }

    @Test
    void tooManyRequestsAtOnceFailAndLaterOnesDoNot() {
        answerer.answer(Service.ROUTES, (from, request) -> CompletableFuture.completedFuture(request));
        List<CompletionStage<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < OperationMessenger.REQUESTS_MAX; i++) {
            answers.add(asker.ask(b, Service.ROUTES, bytes("x")));
        }

        assertUnreachable(asker.ask(b, Service.ROUTES, bytes("x")), "too much waits");
        carry();

        assertThat(answers).allSatisfy(answer -> assertAnswered(answer, "x"));
        CompletionStage<byte[]> later = asker.ask(b, Service.ROUTES, bytes("x"));
        carry();
        assertAnswered(later, "x");
    }

    @Test
    void tooManyBytesAtOnceFail() {
        int fit = (int) (OperationMessenger.BYTES_MAX / Messenger.MESSAGE_BYTES_MAX);
        byte[] big = new byte[Messenger.MESSAGE_BYTES_MAX];
        for (int i = 0; i < fit; i++) {
            assertThat(asker.ask(b, Service.ROUTES, big).toCompletableFuture()).isNotDone();
        }

        assertUnreachable(asker.ask(b, Service.ROUTES, new byte[1]), "too much waits");
        asker.gone(b);

        assertThat(asker.ask(b, Service.ROUTES, big).toCompletableFuture()).isNotDone();
    }

    @Test
    void aServiceHasOneAnswerer() {
        answerer.answer(Service.ROUTES, (from, request) -> CompletableFuture.completedFuture(request));

        assertThatThrownBy(() ->
                        answerer.answer(Service.ROUTES, (from, request) -> CompletableFuture.completedFuture(request)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void messagesOfAnUnknownKindAreDropped() {
        answerer.received(a, new MessageOperation((byte) 9, 2, 1, bytes("x")));

        assertThat(fromB).isEmpty();
    }
}
