package io.wkmq.session.mvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wkmq.channel.storage.StorageException;
import io.wkmq.session.RestoredSessions;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a writing process again and again, and checks that everything reported durable is present. */
final class StorageKillTest {
    private static final int KILLS = 10;

    @TempDir
    Path directory;

    private final Set<Long> acked = new HashSet<>();
    private long tried;
    private long dequeued;
    private long last;

    @Test
    void whatWasDurableSurvivesKills() throws Exception {
        long seed = System.nanoTime();
        System.out.println("StorageKillTest seed " + seed);
        Random random = new Random(seed);
        long everAcked = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            acked.clear();
            runAndKill(50 + random.nextInt(2000), kill == 0);
            assertThat(acked)
                    .as("deliveries said to be durable before kill %s", kill)
                    .isNotEmpty();
            everAcked += acked.size();
            check(seed, kill);
        }
        System.out.println("StorageKillTest durable deliveries " + everAcked);
    }

    private void runAndKill(int lines, boolean tryToShare) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StorageProcess.class.getName(),
                        directory.toString(),
                        Long.toString(last + 1),
                        Long.toString(dequeued))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            String line;
            for (int i = 0; (line = output.readLine()) != null; i++) {
                take(line);
                if (i == 0 && tryToShare) {
                    assertThatExceptionOfType(StorageException.class)
                            .isThrownBy(() -> MvStorage.open(directory, TestOptions.small()));
                }
                if (i == lines) {
                    // not Process.destroyForcibly: that closes the output, and there is more to read
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private void take(String line) {
        // the last line may have been cut by the kill
        String[] words = line.split(" ", 2);
        if (words.length < 2 || words[1].isEmpty()) {
            return;
        }
        switch (words[0]) {
            case "A" -> acked.add(Long.parseLong(words[1]));
            case "T" -> tried = Math.max(tried, Long.parseLong(words[1]));
            case "D" -> dequeued = Math.max(dequeued, Long.parseLong(words[1]));
            default -> throw new AssertionError("The process said: " + line);
        }
    }

    private void check(long seed, int kill) throws IOException {
        try (MvStorage storage = MvStorage.open(directory, TestOptions.small())) {
            List<Long> stored = RestoredSessions.of(storage.sessions()).get("c").deliveries.stream()
                    .map(StoredDelivery::sequence)
                    .toList();
            acked.removeIf(sequence -> sequence <= tried);
            assertThat(stored).as("seed %s kill %s", seed, kill).containsAll(acked);
            assertThat(stored).as("seed %s kill %s", seed, kill).allMatch(sequence -> sequence > dequeued);
            last = Math.max(tried, stored.isEmpty() ? 0 : stored.get(stored.size() - 1));
        }
    }
}
