package io.wkmq.broker.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.concurrent.EventExecutor;
import io.wkmq.broker.loop.EventLoops;
import io.wkmq.broker.loop.EventLoops.Transport;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a call that blocks an event loop is detected. */
class LoopWatchTest {
    @TempDir
    Path directory;

    private final EventLoops loops = EventLoops.start(2, Transport.AUTO);

    @AfterEach
    void stop() {
        assertThat(loops.stop(Duration.ofSeconds(20))).isTrue();
    }

    private static List<BlockingCall> callsOf(EventExecutor loop, Callable<?> task) throws Exception {
        return loop.submit(() -> {
                    var calls = BlockingCalls.provoke();
                    try {
                        task.call();
                    } catch (TimeoutException expected) {
                        // whatever comes of it: it was waited for
                    }
                    return List.copyOf(calls);
                })
                .get(20, TimeUnit.SECONDS);
    }

    @Test
    void whateverBlocksALoopIsFound() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "content");
        Map<String, Callable<?>> blocking = Map.of(
                "java.lang.Thread.sleep",
                        () -> {
                            Thread.sleep(1);
                            return null;
                        },
                "jdk.internal.misc.Unsafe#park", () -> new CompletableFuture<>().get(1, TimeUnit.MILLISECONDS),
                "java.io.FileInputStream#readBytes",
                        () -> {
                            try (InputStream in = new FileInputStream(file.toFile())) {
                                return in.readAllBytes();
                            }
                        },
                "sun.nio.fs.UnixNativeDispatcher.open0", () -> Files.readString(file));
        for (Map.Entry<String, Callable<?>> each : blocking.entrySet()) {
            assertThat(callsOf(loops.loop(0), each.getValue()))
                    .extracting(BlockingCall::method)
                    .contains(each.getKey());
        }
    }

    @Test
    void theThreadThatAcceptsConnectionsIsALoopToo() throws Exception {
        List<BlockingCall> calls =
                callsOf(loops.acceptor().next(), () -> new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS));

        assertThat(calls).isNotEmpty();
        assertThat(calls.get(0).loop()).isEqualTo("wkmq-accept");
        assertThat(calls.get(0).toString()).contains("LoopWatchTest");
    }

    @Test
    void otherThreadsMayBlock() throws InterruptedException, ExecutionException {
        assertThat(CompletableFuture.supplyAsync(() -> {
                            var calls = BlockingCalls.provoke();
                            assertThatThrownBy(() -> new CompletableFuture<>().get(1, TimeUnit.MILLISECONDS))
                                    .isInstanceOf(TimeoutException.class);
                            return List.copyOf(calls);
                        })
                        .get())
                .isEmpty();
    }

    @Test
    void whatDoesNotBlockIsNotFound() throws Exception {
        assertThat(callsOf(
                        loops.loop(0),
                        () -> CompletableFuture.completedFuture("here").get()))
                .isEmpty();
    }
}
