package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineReaderTest {
    private final Problems problems = new Problems();

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "node.name = wkmq@127.0.0.1 => wkmq@127.0.0.1",
                "cluster.static.seeds = a@h1,b@h2 => a@h1,b@h2",
                "listener.tcp.external=0.0.0.0:1883 => 0.0.0.0:1883",
                "cluster.etcd.server = http://127.0.0.1:2379 => http://127.0.0.1:2379",
                "node.cookie = emq#secret => emq#secret",
                "mqtt.mqueue.priority = topic/1=10,topic/2=8 => topic/1=10,topic/2=8",
                "x.y =   spaces inside   => spaces inside",
                "x.y = \"  quoted  \" => `  quoted  `",
                "x.y = say \"hi\" => say \"hi\"",
                "\tx.y\t=\tv => v",
                "x.y = \"\" => ``",
                "x.y = => ``"
            })
    void theValueIsTheRestOfTheLine(String line, String value, @TempDir Path dir) throws IOException {
        assertThat(read(dir, line)).extracting(Setting::value).containsExactly(value);
        assertThat(problems.errors()).isEmpty();
    }

    @Test
    void commentsAndEmptyLinesAreSkippedAndLinesAreCounted(@TempDir Path dir) throws IOException {
        List<Setting> settings = read(dir, "\uFEFF# comment\r\n\r\n  ## another = one\r\nx.y = 1\r\n");

        assertThat(settings).containsExactly(new Setting("x.y", "1", dir.resolve("test.conf") + ":4", "x.y"));
    }

    @Test
    void aKeyMayBeAValueAndAParent(@TempDir Path dir) throws IOException {
        assertThat(read(dir, "a.b = 1\na.b.c = 2")).extracting(Setting::key).containsExactly("a.b", "a.b.c");
    }

    @Test
    void linesThatAreNoSettingAreErrorsWithTheirPlace(@TempDir Path dir) throws IOException {
        assertThat(read(dir, "no equals sign\n\n= value\na..b = 1\nk ey = 1\nq = \"open\n{"))
                .hasSize(1);

        String file = dir.resolve("test.conf").toString();
        assertThat(problems.errors())
                .containsExactly(
                        file + ":1: 'no equals sign': expected key = value",
                        file + ":3: '' is no key; expected words of letters, digits, _ and - between dots",
                        file + ":4: 'a..b' is no key; expected words of letters, digits, _ and - between dots",
                        file + ":5: 'k ey' is no key; expected words of letters, digits, _ and - between dots",
                        file + ":6: q = \"open: expected the quote to end at the end of the line",
                        file + ":7: '{': expected key = value");
    }

    @Test
    void bytesThatAreNoTextAreAnError(@TempDir Path dir) throws IOException {
        Path file = Files.write(dir.resolve("test.conf"), new byte[] {'a', '=', (byte) 0xC3, 0x28});

        assertThat(LineReader.read(file, problems)).isEmpty();
        assertThat(problems.errors()).containsExactly(file + ": is not UTF-8 text");
    }

    @Test
    void aFileThatIsFarTooLongIsAnError(@TempDir Path dir) throws IOException {
        Path file = Files.write(dir.resolve("test.conf"), new byte[2 << 20]);

        assertThat(LineReader.read(file, problems)).isEmpty();
        assertThat(problems.errors()).containsExactly(file + ": has 2MB; expected at most 1MB");
    }

    private List<Setting> read(Path dir, String text) throws IOException {
        return LineReader.read(Files.writeString(dir.resolve("test.conf"), text, StandardCharsets.UTF_8), problems);
    }
}
