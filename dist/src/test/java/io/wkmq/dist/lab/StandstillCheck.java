package io.wkmq.dist.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Skips a failed test if the machine left one of its nodes without a processor for seconds, since the failure then says nothing about the
 * nodes, and reports that visibly. Nodes log such standstills.
 */
final class StandstillCheck implements TestExecutionExceptionHandler {
    private static final String STOOD_STILL = "huge system clock jump";

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        List<String> standstills =
                standstills(LabCluster.directory(context.getRequiredTestClass(), context.getRequiredTestMethod()));
        if (standstills.isEmpty()) {
            throw failure;
        }
        String reason =
                "SKIPPED " + context.getDisplayName() + ": it failed on a machine that stands still: " + standstills;
        System.err.println(reason);
        throw new TestAbortedException(reason, failure);
    }

    private static List<String> standstills(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> homes = Files.list(directory)) {
            return homes.filter(home -> !Files.exists(home.resolve(LabNode.PAUSED)))
                    .map(home -> home.resolve("log/wkmq.log"))
                    .filter(Files::exists)
                    .flatMap(StandstillCheck::linesThatTell)
                    .toList();
        }
    }

    private static Stream<String> linesThatTell(Path log) {
        try {
            return Files.readAllLines(log).stream().filter(line -> line.contains(STOOD_STILL));
        } catch (IOException e) {
            return Stream.of();
        }
    }
}
