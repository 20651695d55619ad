package io.wkmq.testing.normative;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** A standard whose statements are listed in this package's resources, in the standard's order. */
public enum Standard {
    /** MQTT 5.0. */
    MQTT_5("MQTT 5.0", "mqtt5.tsv"),
    /** MQTT 3.1.1. */
    MQTT_311("MQTT 3.1.1", "mqtt311.tsv");

    private final String title;
    private final String resource;

    Standard(String title, String resource) {
        this.title = title;
        this.resource = resource;
    }

    /** Returns the standard's display name. */
    public String title() {
        return title;
    }

    /** Returns the statements of this standard that an annotation names. */
    public List<String> named(Normative annotation) {
        return List.of(this == MQTT_5 ? annotation.v5() : annotation.v311());
    }

    /** Returns all statements of this standard. */
    public List<Statement> statements() {
        try (InputStream in = Standard.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + resource + " is missing");
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .map(this::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    private Statement parse(String line) {
        List<String> cells = List.of(line.split("\t", -1));
        if (cells.size() < 3 || cells.size() > 4) {
            throw new IllegalStateException(
                    resource + " has a line of " + cells.size() + " cells, expected 3 or 4: " + line);
        }
        Statement.Binds binds = Statement.Binds.valueOf(cells.get(1).toUpperCase(Locale.ROOT));
        return new Statement(cells.get(0), binds, cells.get(2), cells.size() == 4 ? cells.get(3) : "");
    }
}
