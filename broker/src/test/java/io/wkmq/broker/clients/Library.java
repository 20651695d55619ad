package io.wkmq.broker.clients;

/** The libraries, each in the versions of MQTT that it supports. */
enum Library {
    HIVEMQ_3_1_1,
    HIVEMQ_5,
    PAHO_3_1,
    PAHO_3_1_1,
    PAHO_5;

    /** Whether its version of MQTT tells the client that the server has a session. */
    boolean tellsOfSessions() {
        return this != PAHO_3_1;
    }

    /** Whether its version of MQTT tells the client why the server ends the connection. */
    boolean tellsOfReasons() {
        return this == HIVEMQ_5 || this == PAHO_5;
    }

    /** Whether it hides a QoS 2 message that is sent again after a reconnect; Paho shows every PUBLISH of MQTT 5. */
    boolean dropsRepeats() {
        return this != PAHO_5;
    }

    /** Whether it understands topic aliases; Paho gives messages that have nothing but an alias an empty topic. */
    boolean understandsAliases() {
        return this != PAHO_5;
    }

    /** A client that is not connected yet. */
    LibraryClient open(Address address, Settings settings) {
        return switch (this) {
            case HIVEMQ_3_1_1 -> new HiveMq3Client(address, settings);
            case HIVEMQ_5 -> new HiveMq5Client(address, settings);
            case PAHO_3_1 -> Paho3Client.mqtt31(address, settings);
            case PAHO_3_1_1 -> Paho3Client.mqtt311(address, settings);
            case PAHO_5 -> new Paho5Client(address, settings);
        };
    }
}
