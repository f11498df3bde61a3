export { type BlobStoreFixture, blobStoreContract } from './blob-store-contract.ts';
export { type ImageProcessorFixture, type ImageSamples, imageProcessorContract } from './image-processor-contract.ts';
export { type RecordingAudit, type RecordingEvents, recordingAudit, recordingEvents } from './recordings.ts';
export { type TestClock, testClock } from './test-clock.ts';
export { TEST_POSTGRES_VARIABLE, type TestDatabase, type TestDatabaseOptions, testDatabase } from './test-database.ts';
export { type TestPrincipalOptions, testPrincipal } from './test-principal.ts';
export { testZone } from './test-zone.ts';
