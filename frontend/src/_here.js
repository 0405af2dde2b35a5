// Where somebody stands, as [longitude, latitude]; refused when they do not tell, or nothing knows.
export const whereAmI = () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(({ coords }) => resolve([coords.longitude, coords.latitude]), reject, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 10_000 }));
