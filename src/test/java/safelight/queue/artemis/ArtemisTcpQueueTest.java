package safelight.queue.artemis;

/// The contract over an embedded broker, by TCP.
class ArtemisTcpQueueTest extends ArtemisQueueTest {
    @Override
    BrokerAccess access() {
        return broker.overTcp();
    }
}
