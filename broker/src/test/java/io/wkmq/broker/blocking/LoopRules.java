package io.wkmq.broker.blocking;

import java.util.List;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** Defines which threads must not block, and the few places where an apparently blocking call is harmless. */
final class LoopRules implements BlockHoundIntegration {
    private static final List<String> LOOPS = List.of("wkmq-loop", "wkmq-accept", "wkmq-management");

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // Only ours: the threads of the tests' MQTT clients are nobody's business.
        builder.nonBlockingThreadPredicate(others -> LoopRules::isLoop);
        builder.blockingMethodCallback(method -> BlockingCalls.add(method.toString()));
        markFiles(builder);

        // A test that holds a loop up says so.
        builder.allowBlockingCallsInside(BlockingCalls.class.getName(), "onPurpose");
        // Work for another thread (plugins). The queue's lock is held for an insertion into memory; a full queue
        // refuses.
        builder.allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "execute");
        // A time limit (plugins). As above: an insertion into a heap in memory.
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor", "schedule");
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor", "remove");
        // The log. As above, with neverBlock, which logback-test.xml shares with etc/logback.xml.
        builder.allowBlockingCallsInside("ch.qos.logback.core.AsyncAppenderBase", "put");
        // Random numbers: /dev/urandom has always some.
        builder.allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "ensureBufferValid");
    }

    private static boolean isLoop(Thread thread) {
        return LOOPS.stream().anyMatch(thread.getName()::startsWith);
    }

    /** BlockHound knows the older ways to files only. */
    private static void markFiles(BlockHound.Builder builder) {
        String open = "sun.nio.fs.UnixNativeDispatcher";
        builder.markAsBlocking(open, "open0", "(JII)I");
        String file = "sun.nio.ch.FileDispatcherImpl"; // write0 is not here because sockets use it too
        builder.markAsBlocking(file, "read0", "(Ljava/io/FileDescriptor;JI)I");
        builder.markAsBlocking(file, "pread0", "(Ljava/io/FileDescriptor;JIJ)I");
        builder.markAsBlocking(file, "pwrite0", "(Ljava/io/FileDescriptor;JIJ)I");
        builder.markAsBlocking(file, "force0", "(Ljava/io/FileDescriptor;Z)I");
    }
}
