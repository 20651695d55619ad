package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Address;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OpenCallsTest {
    private final OpenCalls calls = new OpenCalls();
    private final Address lost = address(1);
    private final Address other = address(2);

    private static Address address(int port) {
        try {
            return new Address("127.0.0.1", port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<byte[]> call(Address target) {
        CompletableFuture<byte[]> call = new CompletableFuture<>();
        calls.sent(target, call);
        return call;
    }

    @Test
    void callsToLostMemberFailAndOthersGoOn() {
        CompletableFuture<byte[]> waiting = call(lost);
        CompletableFuture<byte[]> elsewhere = call(other);
        calls.lost(lost);
        assertThat(waiting).isCompletedExceptionally();
        assertThat(call(lost)).isCompletedExceptionally();
        assertThat(calls.isLost(lost)).isTrue();
        assertThat(elsewhere).isNotDone();
        assertThat(calls.isLost(other)).isFalse();
    }

    @Test
    void memberThatIsFoundIsAskedAgain() {
        calls.lost(lost);
        calls.found(lost);
        assertThat(calls.isLost(lost)).isFalse();
        assertThat(call(lost)).isNotDone();
    }

    @Test
    void silentMemberMayBeAskedAgainAtOnce() {
        CompletableFuture<byte[]> waiting = call(lost);
        calls.silent(lost);
        assertThat(waiting).isCompletedExceptionally();
        assertThat(call(lost)).isNotDone();
    }

    @Test
    void answerThatCameIsKept() {
        CompletableFuture<byte[]> answered = call(lost);
        answered.complete(new byte[] {7});
        calls.lost(lost);
        assertThat(answered.join()).containsExactly(7);
    }
}
